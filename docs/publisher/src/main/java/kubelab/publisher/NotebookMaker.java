package kubelab.publisher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.course.Chapter;
import kubelab.course.Claim;
import kubelab.course.Exercise;
import kubelab.course.SolutionSource;
import org.asciidoctor.ast.Block;
import org.asciidoctor.ast.Document;
import org.asciidoctor.ast.Section;
import org.asciidoctor.ast.StructuralNode;

/**
 * Cuts a chapter into cells. Prose between two pieces of code is one Markdown cell, a section starts a new one;
 * {@code [source,java]} on the level of a section is a code cell (unless {@code %static}); a claim becomes its statement and
 * its proof ready to run; an exercise becomes its task, the starter, and the call that checks it.
 */
final class NotebookMaker {
    private static final Pattern PICTURE = Pattern.compile("\\]\\(picture:([^)]+)\\)");

    private final Sources sources;
    private final Chapter chapter;
    private final Notebook notebook = new Notebook();
    private final List<String> prose = new ArrayList<>();
    private String place = "start";

    NotebookMaker(Sources sources, Chapter chapter) {
        this.sources = sources;
        this.chapter = chapter;
    }

    Notebook make(Document document) {
        prose.add("# " + document.getDoctitle());
        notebook.needs(String.valueOf(document.getAttribute("needs", "")));
        walk(document.getBlocks());
        flush();
        return notebook;
    }

    private void walk(List<StructuralNode> blocks) {
        for (StructuralNode block : blocks) {
            if (block instanceof Section section) {
                flush();
                place = section.getId().startsWith("_") ? section.getId().substring(1) : section.getId();
                prose.add(MarkdownConverter.heading(section));
                walk(section.getBlocks());
            } else if (block.getContext().equals("preamble")) {
                walk(block.getBlocks());
            } else if (block.hasRole(ClaimMacro.ROLE)) {
                flush();
                claim(block);
            } else if (block.hasRole(ExerciseMacro.ROLE)) {
                flush();
                exercise(block);
            } else if (isCell(block)) {
                flush();
                code((Block) block);
            } else {
                prose.add(block.convert());
            }
        }
    }

    /** Whether a block is a cell of its own in the notebook. */
    static boolean isCell(StructuralNode block) {
        return block.getContext().equals("listing")
                && "source".equals(block.getStyle())
                && "java".equals(block.getAttribute("language"))
                && !block.isOption("static");
    }

    private void code(Block block) {
        List<String> tags = Stream.of("setup", "predict").filter(block::hasRole).toList();
        String id = block.getId() == null ? cellId("code") : block.getId();
        if (block.getTitle() != null) notebook.markdown(cellId("text"), block.getTitle(), List.of());
        notebook.code(id, MarkdownConverter.source(block), tags, Map.of());
    }

    private void claim(StructuralNode block) {
        Claim claim = sources.claims().get(String.valueOf(block.getAttribute(ClaimMacro.ID)));
        if (claim == null) throw new PublishException(MarkdownConverter.where(block) + ": use claim::ID[]");
        List<String> tags = List.of("claim:" + claim.id());
        String text = block.getBlocks().stream()
                .filter(b -> !b.hasRole("proof"))
                .map(StructuralNode::convert)
                .collect(Collectors.joining("\n\n"));
        notebook.markdown("claim-" + claim.id(), "<a id=\"claim-" + claim.id() + "\"></a>" + text, tags);
        String proof = SolutionSource.cell(sources.proof(claim).plain());
        notebook.folded("claim-" + claim.id() + "-proof", proof, tags, Map.of("claim", claim.id()));
        String name = claim.proof().substring(claim.proof().lastIndexOf('.') + 1);
        notebook.code(NotebookCells.run(claim.id()), "prove(new " + name + "());", tags, Map.of());
        notebook.code(NotebookCells.falsifier(claim.id()), "falsify(new " + name + "());", tags, Map.of());
    }

    private void exercise(StructuralNode block) {
        Exercise exercise = sources.exercises().get(String.valueOf(block.getAttribute(ExerciseMacro.ID)));
        if (exercise == null) throw new PublishException(MarkdownConverter.where(block) + ": use exercise::ID[]");
        String id = exercise.id();
        String text = "### " + block.getTitle() + "\n\n"
                + block.getBlocks().stream().map(StructuralNode::convert).collect(Collectors.joining("\n\n"));
        notebook.markdown("task-" + id, text, List.of());
        String starter = sources.solution(exercise).starter(id);
        notebook.code(
                "ex-" + id,
                SolutionSource.cell(starter),
                List.of("exercise:" + id),
                // sorted: the order of Map.of differs from one JVM to the next
                new TreeMap<>(Map.of("class", exercise.className(), "exercise", id)));
        notebook.code("check-" + id, "check(\"" + id + "\");", List.of("check:" + id), Map.of());
    }

    private void flush() {
        String text = prose.stream().filter(p -> !p.isBlank()).collect(Collectors.joining("\n\n"));
        prose.clear();
        Matcher m = PICTURE.matcher(text);
        notebook.markdown(
                cellId("text"),
                m.replaceAll(found -> "](data:image/svg+xml;base64," + picture(found.group(1)) + ")"),
                List.of());
    }

    /** In the text itself, so that the file stands alone. JupyterLab shows no SVG that is an attachment. */
    private String picture(String name) {
        Path picture = sources.root().resolve("docs/pictures").resolve(name);
        if (!Files.isRegularFile(picture))
            throw new PublishException(sources.relative(chapter.file()) + ": no picture " + sources.relative(picture));
        return Base64.getEncoder().encodeToString(Sources.read(picture).getBytes(StandardCharsets.UTF_8));
    }

    private String cellId(String kind) {
        String id = place.replaceAll("[^a-zA-Z0-9]+", "-");
        return (id.length() > 50 ? id.substring(0, 50) : id) + "-" + kind;
    }
}
