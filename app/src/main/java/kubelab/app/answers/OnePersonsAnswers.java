package kubelab.app.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.app.workspace.WrongUse;
import kubelab.course.Exercise;
import kubelab.grader.Answers;

/**
 * Whose answers they are. A folder with those of several people is refused: one of them would be graded, as if it were
 * everybody's.
 */
public final class OnePersonsAnswers {
    private static final int DEEPEST = 12;
    private static final int SHOWN = 4;

    private OnePersonsAnswers() {}

    /**
     * @param folder as {@code --answers} names it
     * @throws WrongUse where the files of exercises that are not at their usual places are there more than once, or are in
     *     several folders
     */
    public static void require(Path folder, List<Exercise> exercises) {
        List<Exercise> searched = exercises.stream()
                .filter(e -> Stream.of("src/main/java", "")
                        .noneMatch(below ->
                                Files.isRegularFile(folder.resolve(below).resolve(e.sourceFile()))))
                .toList();
        if (searched.isEmpty()) {
            return;
        }
        List<Path> files = javaFiles(folder);
        TreeMap<Path, Path> places = new TreeMap<>();
        for (Exercise exercise : searched) {
            String name = exercise.simpleName() + ".java";
            List<Path> found = files.stream().filter(f -> f.endsWith(name)).toList();
            if (found.size() > 1) {
                String more = found.size() > SHOWN ? " and " + (found.size() - SHOWN) + " more" : "";
                throw new WrongUse("There are " + found.size() + " files " + name + " in " + folder + ": "
                        + found.stream()
                                .limit(SHOWN)
                                .map(f -> folder.relativize(f).toString())
                                .collect(Collectors.joining(", "))
                        + more + ". `check` grades one person's answers at a time: name that person's folder, as in"
                        + " --answers "
                        + folder.resolve(folder.relativize(found.get(0)).getName(0)) + ".");
            }
            found.forEach(f -> places.put(place(folder.relativize(f), exercise.sourceFile()), f));
        }
        if (places.size() > 1) {
            throw new WrongUse("The answers in " + folder + " are in " + places.size() + " folders: "
                    + places.values().stream()
                            .limit(SHOWN)
                            .map(f -> folder.relativize(f).toString())
                            .collect(Collectors.joining(", "))
                    + (places.size() > SHOWN ? ", …" : "")
                    + ". `check` grades one person's answers at a time: name one folder, as in --answers "
                    + folder.resolve(places.lastKey()) + ".");
        }
    }

    /** In which folder a file is, without the folders of its package: {@code ben/pods/BarePod.java} is in ben. */
    private static Path place(Path file, String source) {
        Path packages = Path.of(source);
        int same = 0;
        while (same < Math.min(file.getNameCount(), packages.getNameCount())
                && file.getName(file.getNameCount() - 1 - same)
                        .equals(packages.getName(packages.getNameCount() - 1 - same))) {
            same++;
        }
        return same == file.getNameCount() ? Path.of("") : file.subpath(0, file.getNameCount() - same);
    }

    /** Whether results count for this user's {@code list}: those of answers that others handed in do not. */
    public static boolean areThisUsers(Path root, Answers from) {
        if (from instanceof Answers.Folder folder) {
            Path path = folder.path().toAbsolutePath().normalize();
            return path.equals(root.resolve("labs")) || path.equals(root.resolve("solutions"));
        }
        return !(from instanceof Answers.Notebook notebook)
                || notebook.path().toAbsolutePath().normalize().startsWith(root.resolve("notebooks"));
    }

    private static List<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
