package kubelab.publisher;

import java.util.List;
import java.util.Map;
import kubelab.course.Chapter;
import kubelab.course.Exercise;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;
import org.jspecify.annotations.Nullable;

/** {@code time::pods[read=40,quiz=5]}: how long the chapter takes; the exercises' minutes are added up from their files. */
final class TimeMacro extends BlockMacroProcessor {
    private final Sources sources;

    TimeMacro(Sources sources) {
        super("time");
        this.sources = sources;
    }

    @Override
    public @Nullable StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        Chapter chapter = sources.chapters().stream()
                .filter(c -> c.topic().equals(target))
                .findFirst()
                .orElseThrow(() -> new PublishException("time::" + target + "[]: no such chapter"));
        int read = minutes(target, attributes, "read");
        int quiz = minutes(target, attributes, "quiz");
        List<Exercise> exercises = sources.course().exercises(chapter);
        int work = exercises.stream().mapToInt(Exercise::minutes).sum();
        parseContent(
                parent,
                List.of("Plan about " + inWords(read + work + quiz) + ": " + read + " minutes to read and run, " + work
                        + " for the " + exercises.size() + (exercises.size() == 1 ? " exercise, " : " exercises, ")
                        + quiz + " for the quiz."));
        return null;
    }

    private static int minutes(String target, Map<String, Object> attributes, String what) {
        String given = String.valueOf(attributes.getOrDefault(what, ""));
        if (!given.matches("\\d{1,3}"))
            throw new PublishException("time::" + target + "[]: " + what + "= is a number of minutes");
        return Integer.parseInt(given);
    }

    /** Rounded up to the quarter of an hour: a plan by the minute would be false. */
    static String inWords(int minutes) {
        int quarters = (minutes + 14) / 15;
        String rest = List.of("", " and a quarter", " and a half", " and three quarters")
                .get(quarters % 4);
        int hours = quarters / 4;
        if (hours == 0) return quarters * 15 + " minutes";
        return hours + rest + (hours == 1 && rest.isEmpty() ? " hour" : " hours");
    }
}
