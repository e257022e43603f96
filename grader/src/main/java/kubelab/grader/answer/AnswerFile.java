package kubelab.grader.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file of an answer, if it is one: an ordinary file of modest size, inside of the folder that was handed in. */
final class AnswerFile {
    static final long MOST_BYTES = 1024 * 1024;
    /** Outputs make notebooks large. */
    static final long MOST_NOTEBOOK_BYTES = 32L * 1024 * 1024;

    private AnswerFile() {}

    /**
     * @param folder what was handed in; a link out of it is refused
     * @throws AnswerProblem with one sentence for the learner
     */
    static String read(Path file, Path folder, String shown) throws AnswerProblem, IOException {
        check(file, folder, MOST_BYTES, shown);
        return AnswerText.read(file, shown);
    }

    static String readNotebook(Path file) throws AnswerProblem, IOException {
        String name = String.valueOf(file.getFileName());
        check(file, file.toAbsolutePath().getRoot(), MOST_NOTEBOOK_BYTES, name);
        return AnswerText.read(file, name);
    }

    /** Whether the compiler may look at it. */
    static boolean isFit(Path file, Path folder) {
        try {
            check(file, folder, MOST_BYTES, "");
            return true;
        } catch (AnswerProblem | IOException e) {
            return false;
        }
    }

    private static void check(Path file, Path folder, long most, String shown) throws AnswerProblem, IOException {
        Path real;
        try {
            real = file.toRealPath();
        } catch (NoSuchFileException e) {
            throw new AnswerProblem(shown + " is a link that leads nowhere.");
        }
        if (!real.startsWith(folder.toRealPath())) {
            throw new AnswerProblem(
                    shown + " is a link to a file outside of the answers, and such a file is not read.");
        }
        if (!Files.isRegularFile(real)) {
            throw new AnswerProblem(shown + " is no ordinary file.");
        }
        if (Files.size(real) > most) {
            throw new AnswerProblem(shown + " has " + Files.size(real) + " bytes; an answer may have " + most + ".");
        }
    }
}
