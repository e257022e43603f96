package kubelab.publisher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.course.TopicPackage;

/** The files of a new chapter in the form that all have, with what is to be written as comments, and its places in the spines. */
final class ChapterScaffold {
    private static final Pattern ID = Pattern.compile("\\d\\d-([a-z]+(?:-[a-z0-9]+)*)");
    private static final Pattern INCLUDED =
            Pattern.compile("^include::chapters/(\\d\\d-[a-z0-9-]+)\\.adoc.*$", Pattern.MULTILINE);

    private ChapterScaffold() {}

    /**
     * Path below the root → content; the spines are changed, all else is new.
     *
     * @param id as in {@code 11-volumes}
     */
    static Map<String, String> of(Sources sources, String id) {
        Matcher parts = ID.matcher(id);
        if (!parts.matches())
            throw new PublishException(id
                    + ": a chapter is called NN-topic, such as 11-volumes: two digits, then small letters and dashes");
        String topic = parts.group(1);
        sources.chapters().forEach(chapter -> {
            if (TopicPackage.of(chapter.topic()).equals(TopicPackage.of(topic))
                    || chapter.id().startsWith(id.substring(0, 3)))
                throw new PublishException(id + ": there is already " + sources.relative(chapter.file()));
        });
        String title =
                Character.toUpperCase(topic.charAt(0)) + topic.substring(1).replace('-', ' ');
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "docs/chapters/" + id + ".adoc",
                Assets.text("chapter.adoc").replace("TOPIC", topic).replace("TITLE", title));
        files.put(
                "docs/pictures/" + topic + "-anatomy.svg",
                Assets.text("picture.svg").replace("TITLE", title));
        files.put(
                "solutions/src/main/java/" + TopicPackage.labs(topic).replace('.', '/') + "/package-info.java",
                "/** Exercises of the chapter " + title + ". */\npackage " + TopicPackage.labs(topic) + ";\n");
        files.put(
                "grader/src/main/java/" + TopicPackage.checks(topic).replace('.', '/') + "/package-info.java",
                "/** Checks of the exercises of the chapter " + title
                        + ", one class an exercise. */\n@NullMarked\npackage " + TopicPackage.checks(topic)
                        + ";\n\nimport org.jspecify.annotations.NullMarked;\n");
        spine(sources, files, "docs/handbook.adoc", id, "include::chapters/" + id + ".adoc[leveloffset=+1]");
        spine(
                sources,
                files,
                "docs/slides.adoc",
                id,
                "include::deck:" + topic + "[]\n\ninclude::chapters/" + id + ".adoc[tags=slides]");
        return files;
    }

    /** Whether a path is one of those that are changed and not made. */
    static boolean isSpine(String path) {
        return List.of("docs/handbook.adoc", "docs/slides.adoc").contains(path);
    }

    /** The chapter's lines before those of the first chapter with a higher number, or behind the last one. */
    private static void spine(Sources sources, Map<String, String> files, String path, String id, String lines) {
        String text = Sources.read(sources.root().resolve(path));
        String behind = "";
        Matcher included = INCLUDED.matcher(text);
        int at = -1;
        while (included.find()) {
            if (included.group(1).compareTo(id) < 0) at = included.end();
            behind = included.group();
        }
        if (at < 0 && !behind.isEmpty()) {
            // before all others, and before the title slide of the first
            Matcher first = Pattern.compile("^include::(?:deck:|chapters/)", Pattern.MULTILINE)
                    .matcher(text);
            if (first.find()) {
                files.put(path, text.substring(0, first.start()) + lines + "\n\n" + text.substring(first.start()));
                return;
            }
        }
        if (at < 0) at = text.stripTrailing().length();
        files.put(path, text.substring(0, at) + "\n\n" + lines + text.substring(at));
    }
}
