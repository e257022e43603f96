package kubelab.publisher;

import java.util.Map;
import kubelab.course.Term;
import org.asciidoctor.ast.PhraseNode;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.Format;
import org.asciidoctor.extension.FormatType;
import org.asciidoctor.extension.InlineMacroProcessor;

/** {@code term:[EndpointSlice]}: a word of the glossary, with its meaning as hover text and a link to it. */
@Format(FormatType.SHORT)
final class TermMacro extends InlineMacroProcessor {
    static final String ANCHOR = "term-";

    private final Sources sources;

    TermMacro(Sources sources) {
        super("term");
        this.sources = sources;
    }

    @Override
    public PhraseNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        Term term = sources.term(target);
        String title = " title=\"" + escape(term.words()) + "\"";
        String text =
                switch (Blocks.output(parent)) {
                    case HANDBOOK ->
                        "<a class=\"term\" href=\"#" + ANCHOR + term.id() + "\"><dfn" + title + ">" + target
                                + "</dfn></a>";
                    case NOTEBOOK -> "<abbr" + title + ">" + target + "</abbr>";
                    case SLIDES -> target;
                };
        return createPhraseNode(parent, "quoted", text, Map.of(), Map.of("type", ":unquoted"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
