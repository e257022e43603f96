package kubelab.app.answers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kubelab.course.Exercise;
import kubelab.grader.Answers;

/** Where an exercise's answer is, in a folder as the course lays it out. */
public final class AnswerFile {
    private AnswerFile() {}

    /** Empty where there is none, or where answers are not in a folder. */
    public static Optional<Path> of(Answers from, Exercise exercise) {
        if (!(from instanceof Answers.Folder folder)) {
            return Optional.empty();
        }
        for (String below : List.of("src/main/java/" + exercise.sourceFile(), exercise.sourceFile())) {
            Path file = folder.path().resolve(below);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
