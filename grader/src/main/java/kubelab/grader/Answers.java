package kubelab.grader;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where an answer comes from. All are graded alike. */
public sealed interface Answers {

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

    /** In words, for reports. */
    String describe();

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
