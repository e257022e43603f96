package kubelab.publisher;

import java.util.List;
import org.asciidoctor.ast.Document;
import org.asciidoctor.ast.Section;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.Treeprocessor;

/** At the end of each of the handbook's chapters the way to the one before, to the contents, and to the next. */
final class ChapterLinks extends Treeprocessor {
    @Override
    public Document process(Document document) {
        if (document.hasAttribute("deck")) return document;
        List<Section> chapters = document.getBlocks().stream()
                .filter(Section.class::isInstance)
                .map(Section.class::cast)
                .toList();
        for (int i = 0; i < chapters.size(); i++) {
            String before = i == 0 ? "<span></span>" : link("← ", chapters.get(i - 1), "");
            String next = i == chapters.size() - 1 ? "<span></span>" : link("", chapters.get(i + 1), " →");
            StructuralNode chapter = chapters.get(i);
            chapter.getBlocks()
                    .add(createBlock(
                            chapter,
                            "pass",
                            "<nav class=\"chapter-links\">" + before + "<a href=\"#toc\">Contents</a>" + next
                                    + "</nav>"));
        }
        return document;
    }

    private static String link(String left, Section to, String right) {
        return "<a href=\"#" + to.getId() + "\">" + left + to.getTitle() + right + "</a>";
    }
}
