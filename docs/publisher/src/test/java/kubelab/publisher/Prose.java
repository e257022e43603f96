package kubelab.publisher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The running text of a file: AsciiDoc, Markdown, the course's YAML, golden feedback, a picture's labels, or a program's messages,
 * without code and markup.
 */
final class Prose {
    /** @param words the line with everything that is no word of ours blanked out */
    record Line(String file, int number, String words) {}

    private static final Pattern FENCE = Pattern.compile("(-{4,}|\\.{4,}|\\+{4,}|/{4,}|```.*|~~~.*)");
    private static final List<Pattern> BLANK = List.of(
            Pattern.compile("//.*$"), // comments and the rest of an address
            Pattern.compile("``[^`]*``"),
            Pattern.compile("`[^`]*`"),
            Pattern.compile("\\b\\w+:{1,2}[^\\s\\[]*(?=\\[)"), // macro:target of macro:target[text]
            Pattern.compile("<<[^,>]*,?"),
            Pattern.compile("\\]\\([^)]*\\)"),
            Pattern.compile("\\{[^}]*\\}"),
            Pattern.compile("<[^>]*>"),
            Pattern.compile("&[a-z]+;"));
    private static final Pattern YAML_KEY = Pattern.compile("^\\s*(?:- )?[a-zA-Z-]+:(?:\\s|$)");
    private static final Pattern YAML_DATA = Pattern.compile(
            "^\\s*(?:- )?(?:id|class|form|proof|needs|kubectl|judges|rules|section|verdict|upstream):.*");

    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\".*?\"\"\"", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Markup, a regular expression, or a line of a program, in a literal. */
    private static final Pattern CODE = Pattern.compile("=\\\\\"|\\\\\\\\|\\\\u|\\{\\\\n");

    private static final Pattern LABEL = Pattern.compile("<(?:text|title) ?[^>]*>(.*?)</(?:text|title)>");

    private Prose() {}

    static List<Line> of(Path file) throws IOException {
        return lines(file.getFileName().toString(), Files.readString(file));
    }

    /** What a person reads of a program: its messages, which are literals of four words or more. */
    private static List<Line> messages(String file, String text) {
        List<Line> lines = new ArrayList<>();
        String code = TEXT_BLOCK
                .matcher(text)
                .replaceAll(block ->
                        "\"\"" + "\n".repeat((int) block.group().lines().count() - 1));
        int number = 0;
        for (String line : code.lines().toList()) {
            number++;
            StringBuilder words = new StringBuilder();
            LITERAL.matcher(line)
                    .results()
                    .filter(literal -> !CODE.matcher(literal.group(1)).find())
                    .map(literal -> literal.group(1).replaceAll("\\\\.|%\\S+", " "))
                    .filter(literal -> literal.strip().split("\\s+").length >= 4)
                    .forEach(literal -> words.append(literal).append(' '));
            if (!words.isEmpty()) lines.add(new Line(file, number, words(words.toString())));
        }
        return lines;
    }

    /** The labels of a picture. */
    private static List<Line> labels(String file, String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            StringBuilder words = new StringBuilder();
            LABEL.matcher(line).results().forEach(label -> words.append(label.group(1))
                    .append(' '));
            if (!words.isEmpty()) lines.add(new Line(file, number, words(words.toString())));
        }
        return lines;
    }

    static List<Line> lines(String file, String text) {
        if (file.endsWith(".java")) return messages(file, text);
        if (file.endsWith(".svg")) return labels(file, text);
        boolean yaml = file.endsWith(".yaml");
        List<Line> lines = new ArrayList<>();
        String fence = "";
        boolean table = false; // the style page's own words
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String stripped = line.strip();
            if (!fence.isEmpty()) {
                if (stripped.equals(fence)) fence = "";
                continue;
            }
            if (FENCE.matcher(stripped).matches()) {
                fence = stripped.startsWith("`") ? "```" : stripped;
                continue;
            }
            boolean listing = file.endsWith(".md") && line.startsWith("    ");
            if (stripped.equals("// style: words")) table = true;
            if (stripped.equals("// style: end")) table = false;
            boolean markup = listing
                    || table
                    || stripped.startsWith("[") && stripped.endsWith("]") && !stripped.startsWith("[.")
                    || stripped.startsWith(":")
                    || stripped.startsWith("include::")
                    || stripped.startsWith("=== ") && file.endsWith(".txt")
                    || stripped.matches("(?:ifdef|ifndef|endif)::.*")
                    || (yaml
                            && (stripped.startsWith("#")
                                    || YAML_DATA.matcher(line).matches()));
            if (!markup) lines.add(new Line(file, number, words(yaml ? withoutKey(line) : line)));
        }
        return lines;
    }

    private static String withoutKey(String line) {
        return YAML_KEY.matcher(line).replaceFirst("");
    }

    private static String words(String line) {
        String words = line;
        for (Pattern pattern : BLANK) words = pattern.matcher(words).replaceAll(" ");
        return words;
    }
}
