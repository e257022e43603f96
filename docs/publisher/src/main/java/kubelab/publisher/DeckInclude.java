package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.course.Chapter;
import org.asciidoctor.ast.Document;
import org.asciidoctor.extension.IncludeProcessor;
import org.asciidoctor.extension.PreprocessorReader;

/** {@code include::deck:pods[]} in the slides' spine: the title slide of a chapter, and what its slides are about. */
final class DeckInclude extends IncludeProcessor {
    private static final String PREFIX = "deck:";
    /** Such a slide belongs to the one before it. */
    private static final String PREDICT = "Predict: ";

    private static final Pattern REGION =
            Pattern.compile("^// tag::slides\\[\\]$(.*?)^// end::slides\\[\\]$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^== (.+)$", Pattern.MULTILINE);

    private final Sources sources;

    DeckInclude(Sources sources) {
        this.sources = sources;
    }

    @Override
    public boolean handles(String target) {
        return target.startsWith(PREFIX);
    }

    @Override
    public void process(Document document, PreprocessorReader reader, String target, Map<String, Object> attributes) {
        Chapter chapter = sources.chapters().stream()
                .filter(c -> c.topic().equals(target.substring(PREFIX.length())))
                .findFirst()
                .orElseThrow(() -> new PublishException("include::" + target + "[]: no such chapter"));
        List<String> lines = new ArrayList<>();
        lines.add("[.chapter]");
        lines.add("== " + chapter.title());
        lines.add("");
        lines.add(chapter.summary());
        lines.add("");
        lines.add("== " + chapter.title() + ": agenda");
        lines.add("");
        headings(Sources.read(chapter.file())).forEach(heading -> lines.add(". " + heading));
        lines.add("");
        reader.pushInclude(String.join("\n", lines), target, target, 1, attributes);
    }

    static List<String> headings(String chapter) {
        List<String> found = new ArrayList<>();
        for (Matcher region = REGION.matcher(chapter); region.find(); )
            for (Matcher heading = HEADING.matcher(region.group(1)); heading.find(); )
                if (!heading.group(1).startsWith(PREDICT)) found.add(heading.group(1));
        return found;
    }
}
