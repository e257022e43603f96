package kubelab.publisher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The handbook as pages: {@value #INDEX} with the contents and what is in front of the chapters, and a page for each
 * chapter. They are cut from the whole handbook, which stays one page of its own ({@value #WHOLE}, to print and to
 * search), so that both say the same.
 */
final class HandbookPages {
    static final String WHOLE = "handbook.html";
    static final String INDEX = "index.html";

    private static final String CHAPTER = "<div class=\"sect1\">";
    private static final Pattern HEADING = Pattern.compile("<h2 id=\"([^\"]+)\">(.*?)</h2>", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");
    private static final Pattern LINK = Pattern.compile(" href=\"#([^\"]*)\"");

    private HandbookPages() {}

    /** @return file name → page. Every link inside of the handbook leads to the page that has its target */
    static Map<String, String> of(String whole) {
        int content = whole.indexOf("<div id=\"content\">\n");
        int end = whole.indexOf("<div id=\"footer\">");
        if (content < 0 || end < 0) throw new PublishException("the handbook has no content or no footer");
        int first = whole.indexOf(CHAPTER, content);
        if (first < 0 || first > end) return Map.of();
        int close = whole.lastIndexOf("</div>\n", end - 1);

        String head = whole.substring(0, content) + "<div id=\"content\">\n";
        String tail = whole.substring(close);
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put(INDEX, whole.substring(content + "<div id=\"content\">\n".length(), first));
        Map<String, String> titles = new LinkedHashMap<>();
        for (String chapter : chapters(whole.substring(first, close))) {
            Matcher heading = HEADING.matcher(chapter);
            if (!heading.find()) throw new PublishException("a chapter of the handbook has no heading");
            String file = heading.group(1).replaceFirst("^_", "").replace('_', '-') + ".html";
            bodies.put(file, chapter);
            titles.put(file, heading.group(2).replaceAll("<[^>]*>", ""));
        }
        Map<String, String> places = new LinkedHashMap<>(); // id → the file that has it
        bodies.forEach((file, body) -> ID.matcher(body).results().forEach(id -> places.put(id.group(1), file)));

        Map<String, String> pages = new LinkedHashMap<>();
        bodies.forEach((file, body) -> {
            String page = head + body + tail;
            String title = titles.get(file);
            if (title != null) page = page.replaceFirst("<title>", "<title>" + Matcher.quoteReplacement(title + " · "));
            page = page.replaceFirst("<body class=\"", "<body class=\"" + (title == null ? "index " : "chapter "));
            pages.put(file, linked(page, file, places));
        });
        return pages;
    }

    private static List<String> chapters(String text) {
        List<String> chapters = new ArrayList<>();
        for (int from = 0; from >= 0; ) {
            int next = text.indexOf("\n" + CHAPTER, from + 1);
            chapters.add(next < 0 ? text.substring(from) : text.substring(from, next + 1));
            from = next < 0 ? -1 : next + 1;
        }
        return chapters;
    }

    private static String linked(String page, String file, Map<String, String> places) {
        return LINK.matcher(page).replaceAll(link -> {
            String id = link.group(1);
            // The contents are on every page; those of the handbook as a whole are the index.
            String there = id.equals("toc") ? INDEX : places.getOrDefault(id, file);
            if (there.equals(file)) return Matcher.quoteReplacement(link.group());
            return Matcher.quoteReplacement(" href=\"" + there + (id.equals("toc") ? "" : "#" + id) + "\"");
        });
    }
}
