package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.course.Chapter;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/** {@code chapters::all[]}: the chapters in the order in which they are learnt, each with what it is about. */
final class ChaptersMacro extends BlockMacroProcessor {
    private final Sources sources;

    ChaptersMacro(Sources sources) {
        super("chapters");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        List<String> lines = new ArrayList<>(List.of("[.chapters]"));
        for (Chapter chapter : sources.chapters())
            lines.add(". <<" + chapter.title() + ">>: " + chapter.summary() + " ("
                    + sources.course().exercises(chapter).size() + " exercises)");
        if (lines.size() > 1) parseContent(parent, lines);
        return null;
    }
}
