package kubelab.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.publisher.Starter;

/** Starters, made anew from the solution, so that they are right also where labs/ was edited. */
final class Starters {
    private Starters() {}

    /** Whether the answer is what the exercise starts with; that it fails then is no news. */
    static boolean untouched(Path root, Answers answers, Exercise exercise) {
        try {
            Optional<Path> file = NotebookCluster.answer(answers, exercise);
            return file.isPresent() && Files.readString(file.get()).equals(of(root, exercise));
        } catch (IOException e) {
            return false; // the grader says what is wrong with it
        }
    }

    static Set<String> untouched(Path root, Answers answers, List<Exercise> exercises) {
        return exercises.stream()
                .filter(e -> untouched(root, answers, e))
                .map(Exercise::id)
                .collect(Collectors.toSet());
    }

    static String of(Path root, Exercise exercise) throws IOException {
        String file = "solutions/src/main/java/" + exercise.sourceFile();
        return Starter.of(file, Files.readString(root.resolve(file)), exercise.id());
    }
}
