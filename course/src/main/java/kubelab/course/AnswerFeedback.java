package kubelab.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.course.BrokenClauses.Mark;

/** The feedback that the wrong answers to an exercise must get, all in one file: a section {@code === NAME} for each. */
public final class AnswerFeedback {
    private static final String HEAD = "=== ";

    private AnswerFeedback() {}

    /** {@code ID.feedback.txt}. */
    public static Path file(Path root, Exercise exercise) {
        return root.resolve(ExerciseAnswer.FOLDER).resolve(exercise.id() + ".feedback.txt");
    }

    /** Name of an answer → its feedback, in the file's order; empty if there is no file. */
    public static Map<String, String> read(Path file) {
        Map<String, String> sections = new LinkedHashMap<>();
        if (!Files.isRegularFile(file)) return sections;
        try {
            String name = "";
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(HEAD)) {
                    name = line.substring(HEAD.length()).strip();
                    if (sections.put(name, "") != null) throw new CourseException(file + ": a second section " + name);
                } else if (name.isEmpty()) {
                    throw new CourseException(file + ": begins with a section: " + HEAD + "NAME");
                } else {
                    sections.merge(name, line + "\n", String::concat);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return sections;
    }

    /**
     * What became of each criterion, as the feedback shows it.
     *
     * @return id of the criterion → its mark
     * @throws CourseException when the feedback does not show a criterion
     */
    public static Map<String, Mark> marks(Exercise exercise, String feedback) {
        Map<String, Mark> marks = new LinkedHashMap<>();
        for (CriterionSpec criterion : exercise.criteria()) {
            Matcher line = Pattern.compile("(?m)^  ([✓✗·]) " + Pattern.quote(criterion.title()) + "(  |$)")
                    .matcher(feedback);
            if (!line.find()) throw new CourseException("it does not show the criterion " + criterion.id());
            marks.put(
                    criterion.id(),
                    switch (line.group(1)) {
                        case "✓" -> Mark.PASSED;
                        case "✗" -> Mark.FAILED;
                        default -> Mark.NOT_TRIED;
                    });
        }
        return marks;
    }

    public static void write(Path file, Map<String, String> sections) {
        StringBuilder text = new StringBuilder();
        sections.forEach((name, feedback) -> text.append(HEAD)
                .append(name)
                .append('\n')
                .append(feedback.stripTrailing())
                .append('\n'));
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
