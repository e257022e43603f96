package kubelab.grader.report;

/**
 * How reports and notebooks look. Colours come from the theme of JupyterLab where there is one, else from the page;
 * nothing is run and nothing is fetched.
 */
public final class Html {
    /** For all inside of an element of the class {@code kubelab}. */
    public static final String STYLE = """
        <style>
        .kubelab{line-height:1.45;max-width:60rem;color:var(--jp-content-font-color1,inherit);font-family:var(--jp-content-font-family,system-ui,sans-serif)}
        .kubelab .kl-head{font-size:1.1em;font-weight:600;margin:.6em 0 .3em}
        .kubelab .kl-chip,.kubelab .kl-mark{border-radius:.3em;padding:.05em .45em;color:#fff;font-size:.85em;font-weight:600;white-space:nowrap}
        .kubelab .kl-mark{padding:0 .35em;margin-right:.35em}
        .kubelab .kl-good{background:#1a7f37}.kubelab .kl-bad{background:#b42318}
        .kubelab .kl-warn{background:#8a5a00}.kubelab .kl-none{background:#5f6b7a}
        .kubelab ul.kl-list{list-style:none;padding-left:.2em;margin:.3em 0}
        .kubelab ul.kl-list>li{margin:.35em 0}
        .kubelab .kl-small{font-size:.9em}
        .kubelab dl.kl-facts{width:auto;margin:.15em 0 .5em 2em;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1em .9em}
        .kubelab dl.kl-facts>dt{width:auto;margin:0;font-weight:600;font-size:.9em}
        .kubelab dl.kl-facts>dd{width:auto;padding:0;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
        .kubelab summary{cursor:pointer}
        .kubelab pre{color:inherit;background:var(--jp-layout-color2,rgba(128,128,128,.14));padding:.5em .7em;overflow:auto;white-space:pre-wrap;margin:.3em 0}
        .kubelab code{color:inherit;overflow-wrap:anywhere;background:var(--jp-layout-color2,rgba(128,128,128,.14));padding:0 .25em}
        .kubelab table.kl-table{border-collapse:collapse;margin:.2em 0}
        .kubelab table.kl-table th,.kubelab table.kl-table td{text-align:left;padding:.2em .9em .2em 0;border:0;border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,.4));white-space:nowrap;background:none;color:inherit}
        .kubelab .kl-scroll{overflow-x:auto}
        .kubelab .kl-next{margin:.5em 0}
        </style>
        """;

    private static final String PAGE = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        :root{color-scheme:light dark}
        body{margin:2rem auto;padding:0 1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif}
        h1,h2,h3{line-height:1.2}h2{border-bottom:1px solid rgba(128,128,128,.4);padding-bottom:.2em;margin-top:2em}
        table{border-collapse:collapse;width:100%%}
        th,td{text-align:left;vertical-align:top;padding:.4em .6em;border-bottom:1px solid rgba(128,128,128,.4)}
        </style>
        </head>
        <body>
        <h1>%s</h1>
        %s</body>
        </html>
        """;

    private Html() {}

    /** A page that needs nothing from elsewhere. @param body HTML; with {@link #STYLE} before what is to look so */
    public static String page(String title, String body) {
        return PAGE.formatted(escape(title), escape(title), body);
    }

    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Prose with `code` in it, as hints have. */
    public static String prose(String text) {
        return escape(text).replaceAll("`([^`]+)`", "<code>$1</code>");
    }

    /** A word on a coloured ground; white on each of them can be read in light and dark surroundings. */
    public static String chip(String kind, String word) {
        return "<span class=\"kl-chip kl-" + kind + "\">" + escape(word) + "</span>";
    }
}
