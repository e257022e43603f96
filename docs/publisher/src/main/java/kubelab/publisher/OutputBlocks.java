package kubelab.publisher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.asciidoctor.ast.Block;
import org.asciidoctor.ast.Document;
import org.asciidoctor.ast.Section;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.Treeprocessor;
import org.jspecify.annotations.Nullable;

/**
 * Puts the recorded output under each cell of the handbook: under a listing, into a claim's frame, and below an exercise
 * what its check says to the solution. Where the recording does not fit the cell any more, a note stands there instead.
 */
final class OutputBlocks extends Treeprocessor {
    private final Recorded recorded;

    OutputBlocks(Recorded recorded) {
        this.recorded = recorded;
    }

    @Override
    public Document process(Document document) {
        if (document.hasAttribute("deck")) return document;
        for (StructuralNode block : document.getBlocks())
            if (block instanceof Section section)
                recorded.chapters().stream()
                        .filter(c -> c.chapter().title().equals(section.getTitle()))
                        .findFirst()
                        .ifPresent(c -> chapter(section, c));
        return document;
    }

    private void chapter(Section section, Recorded.OfChapter chapter) {
        Map<String, Deque<String>> ids = new HashMap<>();
        for (NotebookCells.Code cell : chapter.cells().all())
            if (cell.claim().isEmpty() && cell.exercise().isEmpty())
                ids.computeIfAbsent(cell.source().strip(), s -> new ArrayDeque<>())
                        .add(cell.id());
        walk(section, chapter, ids);
        Recording recording = chapter.recording();
        if (recording != null)
            section.getBlocks()
                    .add(
                            0,
                            html(
                                    section,
                                    "<p class=\"recorded-on\">The outputs in this chapter were recorded in a real run. Cluster: "
                                            + escape(recording.cluster()) + "; server version "
                                            + escape(recording.kubernetes())
                                            + ". Names, uids, addresses and ages differ in every run.</p>"));
    }

    private void walk(StructuralNode parent, Recorded.OfChapter chapter, Map<String, Deque<String>> ids) {
        List<StructuralNode> blocks = parent.getBlocks();
        for (int i = 0; i < blocks.size(); i++) {
            StructuralNode block = blocks.get(i);
            if (block.hasRole(ClaimMacro.ROLE)) {
                claim(block, chapter);
            } else if (block.hasRole(ExerciseMacro.ROLE)) {
                exercise(block, chapter);
            } else if (NotebookMaker.isCell(block)) {
                Deque<String> same =
                        ids.get(MarkdownConverter.source((Block) block).strip());
                String id = same == null ? null : same.poll();
                String html = id == null ? "" : output("", "Output", chapter.outputs(id));
                if (!html.isEmpty()) blocks.add(++i, html(parent, html));
            } else if (block instanceof Section
                    || block.hasRole(BreakBlock.ROLE)
                    || block.getContext().equals("preamble")) {
                walk(block, chapter, ids);
            }
        }
    }

    /** The proof's evidence after what it shows, the falsifier's after the sentence that says what it does. */
    private void claim(StructuralNode block, Recorded.OfChapter chapter) {
        String id = String.valueOf(block.getAttribute(ClaimMacro.ID));
        List<StructuralNode> parts = block.getBlocks();
        for (int i = 0; i < parts.size(); i++) {
            StructuralNode part = parts.get(i);
            String html = part.hasRole("shown")
                    ? output("", "What the proof saw", withoutHead(chapter.outputs(NotebookCells.run(id))))
                    : part.hasRole("falsifier")
                            ? output(
                                    " falsified",
                                    "What the same probe saw then",
                                    withoutHead(chapter.outputs(NotebookCells.falsifier(id))))
                            : "";
            if (!html.isEmpty()) parts.add(++i, html(block, html));
        }
    }

    /** The card has already said what is shown, and when the probe fails. */
    private static @Nullable List<Recording.Output> withoutHead(@Nullable List<Recording.Output> outputs) {
        if (outputs == null) return null;
        return outputs.stream()
                .map(o -> new Recording.Output(
                        o.text().stream()
                                .filter(line -> !line.startsWith("✔ shown: "))
                                .map(line -> line.replaceFirst("^✔ The probe can fail: .*? It saw: ", ""))
                                .toList(),
                        o.html()))
                .toList();
    }

    private void exercise(StructuralNode block, Recorded.OfChapter chapter) {
        String id = String.valueOf(block.getAttribute(ExerciseMacro.ID));
        String html = output("", "./kubelab check " + id, chapter.outputs("check-" + id));
        if (!html.isEmpty())
            block.getBlocks()
                    .add(html(
                            block,
                            "<details><summary>What the check says to a correct answer</summary>" + html
                                    + "</details>"));
    }

    /** Empty if the cell shows nothing; a note if the outputs are older than the cell. */
    private static String output(String role, String title, @Nullable List<Recording.Output> outputs) {
        if (outputs == null)
            return "<div class=\"output stale\"><p>No output is shown here: the code has changed since it was recorded."
                    + "</p></div>";
        if (outputs.isEmpty()) return "";
        StringBuilder html = new StringBuilder(
                "<div class=\"output" + role + "\"><div class=\"output-title\">" + escape(title) + "</div>\n");
        for (Recording.Output output : outputs)
            html.append(
                    output.html().isEmpty()
                            ? "<pre>" + escape(String.join("\n", output.text())) + "</pre>\n"
                            : "<div class=\"shown\">" + String.join("\n", output.html()) + "</div>\n");
        return html.append("</div>").toString();
    }

    private StructuralNode html(StructuralNode parent, String html) {
        return createBlock(parent, "pass", html);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
