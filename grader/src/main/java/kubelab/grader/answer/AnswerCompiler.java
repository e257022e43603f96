package kubelab.grader.answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import kubelab.course.Exercise;
import kubelab.grader.Answers;

/**
 * Turns an answer into class files, one exercise at a time: a half-written file elsewhere disturbs nothing. The class
 * path is the JDK, labkit and the Kubernetes client, so neither checks nor solutions are there to be called.
 */
public final class AnswerCompiler implements AutoCloseable {
    /** javac's own name for it. */
    private static final String CANNOT_WRITE = "compiler.err.class.cant.write";

    /** What every notebook's start-up script imports; a cell may rely on it. */
    private static final String CELL_IMPORTS = "import kubelab.labkit.*; import io.fabric8.kubernetes.api.model.*;"
            + " import io.fabric8.kubernetes.api.model.apps.*; import io.fabric8.kubernetes.api.model.batch.v1.*;"
            + " import io.fabric8.kubernetes.client.*;"
            + " import java.util.*; import java.util.concurrent.*; import java.util.function.*;"
            + " import java.util.stream.*; import java.time.*; import java.io.*;"
            + " import java.nio.charset.StandardCharsets; ";

    /** A line with a magic of the kernel, or a call of the notebook's helpers that stands outside of every class. */
    private static final Pattern NOT_IN_A_CLASS = Pattern.compile("%.*|(check|show|watch)\\(.*\\);?\\s*(//.*)?");

    /** A method that a step of a builder lacks, as after a step that is not closed: the method, and the step. */
    private static final Pattern OPEN_STEP =
            Pattern.compile("(?s)symbol: +method ((?:end|build|withNew|addNew)\\w*)\\(.*location: .*?(\\w+)Nested\\b");

    private final List<Path> classPath;
    private final Path root;
    /**
     * Those that are not at work, with the class path's jars open: to open them is half of what a compilation costs. What
     * has looked at a learner's folder is not used again.
     */
    private final Deque<StandardJavaFileManager> idle = new ConcurrentLinkedDeque<>();

    public AnswerCompiler(Path root, List<Path> classPath) {
        this.root = root.toAbsolutePath().normalize();
        this.classPath = List.copyOf(classPath);
    }

    /**
     * @param mainClass the class to run
     * @param folder holds the class files
     * @param file the name that stack traces show
     */
    public record Compiled(String mainClass, Path folder, String file) {}

    /**
     * @param target an empty folder for the class files
     * @throws AnswerProblem when there is no answer, or it does not compile
     */
    public Compiled compile(Answers answers, Exercise exercise, Path target) throws AnswerProblem {
        String file = exercise.simpleName() + ".java";
        if (answers instanceof Answers.Folder folder) {
            Path source = locate(folder.path(), exercise);
            compileFile(source, folder.path(), exercise, target);
            return new Compiled(exercise.className(), target, file);
        }
        if (answers instanceof Answers.Notebook notebook) {
            NotebookCells cells = NotebookCells.answer(notebook.path(), exercise);
            compileCell(cells.source(), cells::place, exercise, target);
            return new Compiled(exercise.className(), target, file);
        }
        if (answers instanceof Answers.Cell cell) {
            compileCell(cell.source(), line -> "the cell, line " + line, exercise, target);
            return new Compiled(exercise.className(), target, file);
        }
        if (answers instanceof Answers.Classes classes) {
            classes.bytesByName().forEach((name, bytes) -> write(target, name, bytes));
            return new Compiled(classes.mainClass(), target, file);
        }
        throw new IllegalArgumentException("nothing to compile in " + answers.describe());
    }

    /** The first compilation of a JVM takes a second or more; done ahead, it is over before an answer needs it. */
    public void warmUp(Path target) {
        String source = "import io.fabric8.kubernetes.api.model.*; import io.fabric8.kubernetes.client.*;"
                + " class Warm { Object o(KubernetesClient c) { return new PodBuilder().withNewMetadata()"
                + ".endMetadata().build(); } }";
        try {
            run(List.of(new Source("Warm", source)), Optional.empty(), target);
        } catch (AnswerProblem e) {
            throw new IllegalStateException(e);
        }
    }

    /** In labs/ or solutions/ at its usual place; in any other folder wherever a file of that name is. */
    private Path locate(Path folder, Exercise exercise) throws AnswerProblem {
        for (String sources : List.of("src/main/java", "")) {
            Path usual = folder.resolve(sources).resolve(exercise.sourceFile());
            if (Files.isRegularFile(usual)) {
                return usual;
            }
        }
        String name = exercise.simpleName() + ".java";
        Optional<Path> found = Optional.empty();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder, 12)) {
                found = files.filter(f -> f.getFileName().toString().equals(name))
                        .sorted()
                        .findFirst();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found.orElseThrow(() -> new AnswerProblem("There is no " + name + " in " + shown(folder, folder)
                + ". `./kubelab reset " + exercise.id() + "` brings the starter back."));
    }

    private void compileFile(Path source, Path folder, Exercise exercise, Path target) throws AnswerProblem {
        String shown = shown(source, folder);
        try {
            String text = AnswerFile.read(source, folder, shown);
            // the learner's own classes beside it are compiled with it when it names them, and only then
            Path sources = source.toAbsolutePath().normalize();
            for (int i = 0;
                    i <= exercise.className().chars().filter(c -> c == '.').count();
                    i++) {
                sources = sources.getParent() == null ? sources : sources.getParent();
            }
            Optional<Path> beside = source.endsWith(exercise.sourceFile()) ? Optional.of(sources) : Optional.empty();
            fail(
                    run(List.of(new Source(exercise.className(), text)), beside, target),
                    line -> shown + ", line " + line,
                    folder,
                    exercise.simpleName());
            if (!compiled(exercise, target)) {
                throw new AnswerProblem("There is no class " + exercise.className() + " in " + shown
                        + ": keep the starter's package line and the name of its class.");
            }
        } catch (IOException e) {
            throw new AnswerProblem(shown + " cannot be read: " + e.getMessage());
        }
    }

    private void compileCell(String cell, LongFunction<String> place, Exercise exercise, Path target)
            throws AnswerProblem {
        String packageName =
                exercise.className().substring(0, exercise.className().lastIndexOf('.'));
        // on one line with the cell's first, so that line numbers are the cell's
        String text = "package " + packageName + "; " + CELL_IMPORTS + cell;
        List<Diagnostic<? extends JavaFileObject>> errors =
                run(List.of(new Source(exercise.className(), text)), Optional.empty(), target);
        if (!errors.isEmpty()) {
            notAnAnswer(cell, place);
        }
        fail(errors, place, root, exercise.simpleName());
        if (!compiled(exercise, target)) {
            throw new AnswerProblem("There is no class " + exercise.simpleName() + " in "
                    + place.apply(1).replaceFirst(", line 1$", "") + ": keep the name of the starter's class.");
        }
    }

    /** The lines that run in a notebook and are no Java class, named instead of what the compiler makes of them. */
    private static void notAnAnswer(String cell, LongFunction<String> place) throws AnswerProblem {
        long number = 0;
        for (String line : cell.lines().toList()) {
            number++;
            if (NOT_IN_A_CLASS.matcher(line).matches()) {
                throw new AnswerProblem(place.apply(number) + ": only imports and classes belong in an answer's cell."
                        + " Put this line into a cell of its own:\n    > " + line.strip());
            }
        }
    }

    private static boolean compiled(Exercise exercise, Path target) {
        return Files.isRegularFile(target.resolve(exercise.className().replace('.', '/') + ".class"));
    }

    /** @param beside where the learner's packages begin, if classes beside the answer may be used */
    private List<Diagnostic<? extends JavaFileObject>> run(List<Source> sources, Optional<Path> beside, Path target)
            throws AnswerProblem {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException(
                    "This Java has no compiler: kubelab needs a JDK, and runs on " + System.getProperty("java.home"));
        }
        var problems = new DiagnosticCollector<JavaFileObject>();
        List<String> options = new ArrayList<>(List.of("-proc:none"));
        options.addAll(List.of("-g", "-parameters", "-Xlint:none", "--release", "17"));
        options.addAll(beside.isPresent() ? List.of("-implicit:class") : List.of());
        boolean again = false;
        StandardJavaFileManager standard = files(compiler);
        try {
            standard.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(target));
            JavaFileManager files = beside.isPresent() ? new AnswerSources(standard, beside.get()) : standard;
            boolean ok = compiler.getTask(Writer.nullWriter(), files, problems, options, null, sources)
                    .call();
            again = beside.isEmpty();
            List<Diagnostic<? extends JavaFileObject>> errors = problems.getDiagnostics().stream()
                    .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                    .<Diagnostic<? extends JavaFileObject>>map(d -> d)
                    .toList();
            for (Diagnostic<? extends JavaFileObject> error : errors) {
                if (CANNOT_WRITE.equals(error.getCode())) {
                    // a full disk is no fault of the answer
                    throw new IOException(error.getMessage(Locale.ENGLISH));
                }
            }
            if (!ok && errors.isEmpty()) {
                throw new AnswerProblem(
                        "The compiler gave up on it: an expression is nested too deeply, or it is too large.");
            }
            return ok ? List.of() : errors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (again) {
                idle.add(standard);
            } else {
                close(standard);
            }
        }
    }

    private StandardJavaFileManager files(JavaCompiler compiler) {
        StandardJavaFileManager there = idle.poll();
        if (there != null) {
            return there;
        }
        StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
        try {
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static void close(JavaFileManager files) {
        try {
            files.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (JavaFileManager files = idle.poll(); files != null; files = idle.poll()) {
            close(files);
        }
    }

    /** The compiler's message with file and line, the line itself, and what it means where learners often stumble. */
    private void fail(
            List<Diagnostic<? extends JavaFileObject>> errors, LongFunction<String> place, Path folder, String name)
            throws AnswerProblem {
        if (errors.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder("It does not compile yet.");
        for (Diagnostic<? extends JavaFileObject> error : errors.subList(0, Math.min(3, errors.size()))) {
            JavaFileObject source = error.getSource();
            String message = told(error.getMessage(Locale.ENGLISH));
            long line = error.getLineNumber();
            text.append("\n")
                    .append(
                            source instanceof Source || source == null
                                    ? place.apply(line)
                                    : shown(Path.of(source.toUri()), folder) + ", line " + line);
            text.append(": ").append(message.replace("\n", "\n    "));
            if (source != null) {
                text.append(line(source, line));
            }
            text.append(advice(message, name));
        }
        if (errors.size() > 3) {
            text.append("\n… and ").append(errors.size() - 3).append(" more, which may vanish with the first.");
        }
        throw new AnswerProblem(text.toString());
    }

    private static String line(JavaFileObject source, long number) {
        try {
            return source.getCharContent(true)
                    .toString()
                    .lines()
                    .skip(Math.max(0, number - 1))
                    .findFirst()
                    .map(line -> "\n    > "
                            + line.substring(
                                            line.contains(CELL_IMPORTS)
                                                    ? line.indexOf(CELL_IMPORTS) + CELL_IMPORTS.length()
                                                    : 0)
                                    .strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** Without type arguments: those of a builder take five lines and hide the step that is not closed. */
    private static String told(String message) {
        if (!message.startsWith("cannot find symbol") || !message.contains("Nested<")) {
            return message;
        }
        String plain = message;
        for (String before = ""; !before.equals(plain); ) {
            before = plain;
            plain = plain.replaceAll("<[^<>]*>", "");
        }
        Matcher open = OPEN_STEP.matcher(plain);
        return open.find()
                ? "there is no " + open.group(1) + "() in this step of the builder\nThe step " + open.group(2)
                        + " is not closed: its end…() is missing before this place. Or is a letter wrong?"
                : plain;
    }

    private static String advice(String message, String name) {
        if (message.contains("in this step of the builder")) {
            return "";
        } else if (message.startsWith("cannot find symbol")) {
            return "\n    Is a letter wrong, or an import missing?";
        } else if (message.contains("expected")) {
            return "\n    Something is missing here or before this place: a ; or a bracket?";
        } else if (message.contains("reached end of file")) {
            return "\n    A { has no } to it.";
        } else if (message.contains("should be declared in a file named") || message.contains("is not abstract")) {
            return "\n    Keep the class " + name + " and its method as the starter has them.";
        } else if (message.contains("package") && message.contains("does not exist")) {
            return "\n    An answer can use the JDK, labkit and the Fabric8 client, and its own classes.";
        }
        return "";
    }

    /** From the course's folder, else from that of the answers: where both are is nobody else's business. */
    private String shown(Path source, Path folder) {
        Path absolute = source.toAbsolutePath().normalize();
        if (absolute.startsWith(root)) {
            return root.relativize(absolute).toString();
        }
        Path answers = folder.toAbsolutePath().normalize();
        Path above = answers.getParent() == null ? answers : answers.getParent();
        return absolute.startsWith(above)
                ? above.relativize(absolute).toString()
                : String.valueOf(absolute.getFileName());
    }

    /**
     * The file in which an answer is, as reports show it; empty where there is none.
     *
     * @param folder labs/, solutions/, or any other with answers
     */
    public Optional<String> file(Path folder, Exercise exercise) {
        try {
            return Optional.of(shown(locate(folder, exercise), folder));
        } catch (AnswerProblem | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void write(Path target, String binaryName, byte[] bytes) {
        Path file = target.resolve(binaryName.replace('.', '/') + ".class").normalize();
        if (!file.startsWith(target)) {
            throw new IllegalArgumentException("not a class name: " + binaryName);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(
                    java.net.URI.create(
                            "string:///" + className.replace('.', '/').replace("$", "") + Kind.SOURCE.extension),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
