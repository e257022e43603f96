package kubelab.publisher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.course.Chapter;
import kubelab.course.Term;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/** {@code glossary::pods[]}: the words that a chapter introduces; {@code glossary::all[]}: all, where terms link to. */
final class GlossaryMacro extends BlockMacroProcessor {
    static final String ALL = "all";

    private final Sources sources;

    GlossaryMacro(Sources sources) {
        super("glossary");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        boolean all = target.equals(ALL);
        if (!all && sources.chapters().stream().noneMatch(c -> c.topic().equals(target)))
            throw new PublishException("glossary::" + target + "[]: no such chapter; known: "
                    + sources.chapters().stream().map(Chapter::topic).toList());
        List<String> lines = new ArrayList<>(List.of("[.glossary]"));
        sources.course().terms().stream()
                .filter(term -> all || term.chapter().equals(target))
                .sorted(Comparator.comparing(term -> term.name().toLowerCase(Locale.ROOT)))
                .forEach(term -> lines.add(all ? anchored(term) : term.name() + ":: " + term.words()));
        if (lines.size() > 1) parseContent(parent, lines);
        return null;
    }

    private String anchored(Term term) {
        String chapter = sources.chapters().stream()
                .filter(c -> c.topic().equals(term.chapter()))
                .findFirst()
                .map(Chapter::title)
                .orElse(term.chapter());
        return "[[" + TermMacro.ANCHOR + term.id() + "]]" + term.name() + ":: " + term.words() + " _(" + chapter + ")_";
    }
}
