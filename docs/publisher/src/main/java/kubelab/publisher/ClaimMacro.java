package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.course.Claim;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/**
 * {@code claim::C29[]}: the statement, its verdict and caveat, what the proof shows, when its probe fails, and the proof's
 * code between {@code tag::proof[]}, folded away.
 */
final class ClaimMacro extends BlockMacroProcessor {
    static final String ROLE = "claim";
    static final String ID = "claim-id";

    private final Sources sources;

    ClaimMacro(Sources sources) {
        super("claim");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        Claim claim = sources.claims().get(target);
        if (claim == null)
            throw new PublishException("claim::" + target + "[]: no such claim; known: "
                    + String.join(", ", sources.claims().keySet()));
        parseContent(
                parent,
                Blocks.output(parent) == Blocks.Output.SLIDES ? slide(claim) : block(claim, Blocks.output(parent)));
        return null;
    }

    private static List<String> slide(Claim c) {
        return List.of(
                "[.claim.verdict-" + letter(c) + "]",
                "--",
                statement(c),
                "",
                "[.shown]",
                "✔ shown: " + c.shows(),
                "--");
    }

    private List<String> block(Claim c, Blocks.Output output) {
        List<String> lines = new ArrayList<>();
        lines.add("[#claim-" + c.id() + "." + ROLE + ".verdict-" + letter(c) + "," + ID + "=" + c.id() + "]");
        lines.add("======");
        lines.add("[.statement]");
        lines.add(statement(c));
        lines.add("");
        if (!c.caveat().isEmpty()) {
            lines.add("[.caveat]");
            lines.add(c.caveat());
            lines.add("");
        }
        // In a notebook nothing is shown yet: the cell below says it.
        lines.add("[.shown]");
        lines.add((output == Blocks.Output.NOTEBOOK ? "The proof below shows: " : "✔ shown: ") + c.shows());
        lines.add("");
        lines.add("[.falsifier]");
        lines.add("The probe can fail: it does when " + c.falsifier() + ".");
        lines.add("");
        lines.add(".The proof in Java");
        lines.add("[%collapsible.proof]");
        lines.add("=======");
        lines.add("[source%static,java]");
        lines.add("----");
        lines.addAll(sources.proof(c).region("proof").lines().toList());
        lines.add("----");
        lines.add("=======");
        lines.add("======");
        return lines;
    }

    private static String statement(Claim c) {
        return "[.cid]#" + c.id() + "# " + c.text() + " [.badge]#" + c.verdict().words() + "#";
    }

    private static String letter(Claim c) {
        return c.verdict().name().toLowerCase(Locale.ROOT);
    }
}
