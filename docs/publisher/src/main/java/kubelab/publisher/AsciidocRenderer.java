package kubelab.publisher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import kubelab.course.Chapter;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.AttributesBuilder;
import org.asciidoctor.Options;
import org.asciidoctor.OptionsBuilder;
import org.asciidoctor.SafeMode;
import org.asciidoctor.ast.Document;
import org.asciidoctor.log.LogRecord;
import org.asciidoctor.log.Severity;

/**
 * The one AsciidoctorJ instance (its start costs seconds of CPU) with the course's macros, and the rule that a warning
 * of Asciidoctor (a missing include, an unknown tag, a broken list) breaks the build.
 */
final class AsciidocRenderer implements AutoCloseable {
    /** Asciidoctor's second voice; what it says reaches us through the log handler. Held, since loggers are weakly held. */
    private static final Logger ECHO = Logger.getLogger("asciidoctor");

    private final Sources sources;
    private final Asciidoctor asciidoctor;
    private final List<String> complaints = new ArrayList<>();

    AsciidocRenderer(Sources sources) {
        this.sources = sources;
        ECHO.setUseParentHandlers(false);
        this.asciidoctor = Asciidoctor.Factory.create();
        asciidoctor.registerLogHandler(this::listen);
        asciidoctor
                .javaExtensionRegistry()
                .blockMacro(new ExerciseMacro(sources))
                .blockMacro(new ClaimMacro(sources))
                .blockMacro(new SourceMacro(sources))
                .blockMacro(new TimeMacro(sources))
                .blockMacro(new GlossaryMacro(sources))
                .blockMacro(new ChaptersMacro(sources))
                .inlineMacro(new TermMacro(sources))
                .block(new PredictBlock())
                .block(new MisconceptionBlock())
                .block(new QuestionsBlock(QuestionsBlock.CHECKPOINT))
                .block(new QuestionsBlock(QuestionsBlock.QUIZ))
                .block(new BreakBlock())
                .block(new NotesBlock())
                .includeProcessor(new DeckInclude(sources));
        asciidoctor.javaConverterRegistry().register(MarkdownConverter.class, MarkdownConverter.BACKEND);
    }

    /** The notebook of a chapter, as JSON. */
    String notebook(Chapter chapter) {
        complaints.clear();
        Document document = asciidoctor.loadFile(
                chapter.file().toFile(),
                options(MarkdownConverter.BACKEND, Map.of("notebook", ""))
                        .sourcemap(true)
                        .build());
        String json = new NotebookMaker(sources, chapter).make(document).json();
        refuseComplaints(chapter.file());
        return json;
    }

    /** A spine as one HTML page that needs no other file, with the recorded outputs under its cells. */
    String handbook(Path spine, Recorded recorded) {
        asciidoctor
                .javaExtensionRegistry()
                .treeprocessor(new OutputBlocks(recorded))
                .treeprocessor(new ChapterLinks());
        String page = convert(
                spine,
                "html5",
                Map.of(
                        "stylesheet", "kubelab-handbook.css",
                        "stylesdir",
                                sources.root()
                                        .resolve("docs/publisher/src/main/resources/kubelab/publisher")
                                        .toString(),
                        "webfonts!", "",
                        "source-highlighter", "rouge",
                        "sectanchors", "",
                        "toc", "left",
                        "toclevels", "2"));
        return page.replace("</body>", "<script>\n" + Assets.text("handbook.js") + "</script>\n</body>");
    }

    /** A spine as slides; they find reveal.js in {@code reveal/} beside them. */
    String slides(Path spine) {
        return convert(
                spine,
                "revealjs",
                Map.of(
                        "deck", "",
                        "revealjsdir", "reveal",
                        "revealjs_theme", "kubelab",
                        "revealjs_hash", "true",
                        "revealjs_transition", "none",
                        "revealjs_slideNumber", "c/t",
                        "revealjs_width", "1280",
                        "revealjs_height", "720",
                        "source-highlighter", "rouge"));
    }

    @Override
    public void close() {
        asciidoctor.close();
    }

    private String convert(Path spine, String backend, Map<String, String> extra) {
        complaints.clear();
        String out = asciidoctor.convertFile(
                spine.toFile(),
                options(backend, extra).toFile(false).standalone(true).build());
        refuseComplaints(spine);
        return out;
    }

    private OptionsBuilder options(String backend, Map<String, String> extra) {
        AttributesBuilder attributes = Attributes.builder()
                .attribute("solutions", sources.solutions().toString())
                .attribute("imagesdir", sources.root().resolve("docs/pictures").toString())
                .attribute("example-caption!", "")
                .attribute("figure-caption!", "")
                .attribute("table-caption!", "")
                .attribute("experimental", "")
                .attribute("reproducible", "")
                .attribute("source-language", "java")
                .attribute("attribute-missing", "warn");
        extra.forEach(attributes::attribute);
        return Options.builder().backend(backend).safe(SafeMode.UNSAFE).attributes(attributes.build());
    }

    private void listen(LogRecord record) {
        if (record.getSeverity().compareTo(Severity.WARN) < 0 || record.getSeverity() == Severity.UNKNOWN) return;
        String where = record.getCursor() == null
                ? ""
                : record.getCursor().getPath() + ":" + record.getCursor().getLineNumber() + ": ";
        complaints.add(where + record.getMessage());
    }

    private void refuseComplaints(Path file) {
        if (complaints.isEmpty()) return;
        throw new PublishException(sources.relative(file) + ": " + String.join("\n  ", complaints));
    }
}
