package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.course.Exercise;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/** {@code exercise::pods-2[]}: the task with its title, points and minutes, and its hints folded away. */
final class ExerciseMacro extends BlockMacroProcessor {
    static final String ROLE = "exercise";
    static final String ID = "exercise-id";
    private static final Map<Exercise.Form, String> FORMS = Map.of(
            Exercise.Form.STATE, "reach a state",
            Exercise.Form.QUESTION, "find out",
            Exercise.Form.REPAIR, "repair",
            Exercise.Form.COMPONENT, "build a component");

    private final Sources sources;

    ExerciseMacro(Sources sources) {
        super("exercise");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        Exercise exercise = sources.exercises().get(target);
        if (exercise == null)
            throw new PublishException("exercise::" + target + "[]: no such exercise; known: "
                    + String.join(", ", sources.exercises().keySet()));
        parseContent(parent, Blocks.output(parent) == Blocks.Output.SLIDES ? slide(exercise) : block(exercise));
        return null;
    }

    private static List<String> slide(Exercise e) {
        return List.of("* *" + e.id() + "* " + e.title() + " [.meta]#" + facts(e) + "#");
    }

    private static List<String> block(Exercise e) {
        List<String> lines = new ArrayList<>();
        lines.add("[#ex-" + e.id() + "." + ROLE + "," + ID + "=" + e.id() + "]");
        lines.add(".Exercise " + e.id() + ": " + e.title());
        lines.add("======");
        lines.add("[.meta]#" + facts(e) + "#");
        lines.add("");
        lines.addAll(withoutLinks(e.task()).lines().toList());
        lines.add("");
        for (int i = 0; i < e.hints().size(); i++) {
            lines.add(".Hint " + (i + 1));
            lines.add("[%collapsible]");
            lines.add("=======");
            lines.addAll(withoutLinks(e.hints().get(i)).lines().toList());
            lines.add("=======");
            lines.add("");
        }
        lines.add("[.where]");
        lines.add(where(e));
        lines.add("======");
        return lines;
    }

    /** An address inside `…` is to be read, not to be followed: AsciiDoc would make a link of it unless it is literal. */
    private static String withoutLinks(String text) {
        return text.replaceAll("`(?!\\+)([^`\\n]*https?://[^`\\n]*)(?<!\\+)`", "`+$1+`");
    }

    private static String facts(Exercise e) {
        return FORMS.get(e.form()) + " · " + (e.stars() > 0 ? "★".repeat(e.stars()) + " · " : "") + e.points()
                + " points · about " + e.minutes() + " minutes";
    }

    private static String where(Exercise e) {
        String file = "`labs/src/main/java/" + e.sourceFile() + "`";
        String text = "Answer it in the notebook's cell or in " + file + "; `./kubelab check " + e.id()
                + "` grades it, and `./kubelab hint " + e.id() + "` helps.";
        if (!e.form().isDoneByHand()) return text;
        return text + " Or do it by hand: `./kubelab up`, `./kubelab prepare " + e.id()
                + " --namespace mine`, then kubectl, then `./kubelab check " + e.id() + " --namespace mine`.";
    }
}
