package kubelab.grader;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where an answer comes from. All are graded alike. */
public sealed interface Answers {
    /** How a path begins that is only shown in part. */
    String OUTSIDE = "…/";

    /** A folder with Java files: labs/, solutions/, or any that holds the exercise's class somewhere. */
    record Folder(Path path) implements Answers {
        @Override
        public String describe() {
            return path.toString();
        }
    }

    /** A saved notebook: cells tagged {@code exercise:ID}. */
    record Notebook(Path path) implements Answers {
        @Override
        public String describe() {
            return path.toString();
        }
    }

    /** What is in a namespace now, put there by hand. For exercises that ask for a state. */
    record State(String namespace) implements Answers {
        @Override
        public String describe() {
            return "namespace " + namespace;
        }
    }

    /** The text of one cell: imports and classes, no package line. */
    record Cell(String source) implements Answers {
        @Override
        public String describe() {
            return "a notebook's cell";
        }
    }

    /** Classes as a notebook's kernel compiled them: binary name → class file. */
    record Classes(String mainClass, Map<String, byte[]> bytesByName) implements Answers {
        public Classes {
            bytesByName = Map.copyOf(bytesByName);
        }

        @Override
        public String describe() {
            return "a notebook's class";
        }
    }

    /** In words. May hold an absolute path: for reports, see {@link #shown}. */
    String describe();

    /**
     * In words, for reports: a path as seen from the course's folder. Of one outside only the name is shown, for where it
     * lies on the machine that graded is nobody else's business.
     */
    default String shown(Path root) {
        Optional<Path> path = this instanceof Folder folder
                ? Optional.of(folder.path())
                : this instanceof Notebook notebook ? Optional.of(notebook.path()) : Optional.empty();
        if (path.isEmpty()) {
            return describe();
        }
        Path absolute = path.get().toAbsolutePath().normalize();
        Path course = root.toAbsolutePath().normalize();
        return absolute.startsWith(course) ? course.relativize(absolute).toString() : OUTSIDE + absolute.getFileName();
    }

    /** Whose answers these are, as far as a name says it; empty for the learner's own. */
    default String submission() {
        Path path = this instanceof Folder folder
                ? folder.path()
                : this instanceof Notebook notebook ? notebook.path() : Path.of("");
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        boolean own = this instanceof State || this instanceof Cell || this instanceof Classes;
        return own || name.equals("labs") || name.equals("solutions") ? "" : name;
    }

    /**
     * @param word {@code labs}, {@code solutions}, a folder, or a file that ends in {@code .ipynb}
     * @throws IllegalArgumentException when there is no such folder or notebook
     */
    static Answers parse(Path root, String word) {
        Path path = word.equals("labs") || word.equals("solutions") ? root.resolve(word) : Path.of(word);
        if (word.endsWith(".ipynb") && Files.isRegularFile(path)) {
            return new Notebook(path);
        }
        if (Files.isDirectory(path)) {
            return new Folder(path);
        }
        throw new IllegalArgumentException("No answers at " + path + ": neither a folder nor a notebook (.ipynb)."
                + " Try `labs`, `solutions`, a folder, or a saved notebook.");
    }
}
