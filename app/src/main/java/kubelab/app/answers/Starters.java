package kubelab.app.answers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.publisher.Starter;

/** Starters, made from the solution each time, so that they are right also where labs/ was edited. */
public final class Starters {
    private Starters() {}

    /** Whether the answer is what the exercise starts with; that it fails then is no news. */
    public static boolean untouched(Path root, Answers answers, Exercise exercise) {
        try {
            Optional<Path> file = AnswerFile.of(answers, exercise);
            byte[] starter = of(root, exercise).getBytes(StandardCharsets.UTF_8);
            // the length first: what a learner has there may be of any size
            return file.isPresent()
                    && Files.size(file.get()) == starter.length
                    && Arrays.equals(Files.readAllBytes(file.get()), starter);
        } catch (IOException e) {
            return false; // the grader says what is wrong with it
        }
    }

    /** Whether the text of a notebook's cells has the class that the exercise starts with, unchanged. */
    public static boolean untouched(Path root, String cell, Exercise exercise) {
        try {
            String starter = of(root, exercise);
            int begin = starter.indexOf("class " + exercise.simpleName());
            return begin >= 0 && squeezed(cell).contains(squeezed(starter.substring(begin)));
        } catch (IOException e) {
            return false;
        }
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s", "");
    }

    public static Set<String> untouched(Path root, Answers answers, List<Exercise> exercises) {
        return exercises.stream()
                .filter(e -> untouched(root, answers, e))
                .map(Exercise::id)
                .collect(Collectors.toSet());
    }

    public static String of(Path root, Exercise exercise) throws IOException {
        String file = "solutions/src/main/java/" + exercise.sourceFile();
        return Starter.of(file, Files.readString(root.resolve(file)), exercise.id());
    }
}
