package kubelab.app.notebook;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import kubelab.app.workspace.Workspace;
import kubelab.grader.answer.AnswerClassPath;

/** Runs notebooks, each in a child process. */
public final class NotebookRunner {
    private static final long CELL_SECONDS = 120;

    private final Map<String, String> environment;
    private final Function<String, Optional<Path>> answers;
    private final Path output;

    /**
     * @param environment how the notebook's {@code Lab} finds its cluster
     * @param answers exercise id → the Java file whose code goes into that exercise's cell
     * @param output gets the notebooks with their outputs
     */
    public NotebookRunner(Map<String, String> environment, Function<String, Optional<Path>> answers, Path output) {
        this.environment = Map.copyOf(environment);
        this.answers = answers;
        this.output = output;
    }

    /** Abilities of the cluster without which the notebook cannot be run, as in {@code cluster-scope}. */
    public static Set<String> needs(Path notebook) throws IOException {
        return NotebookFile.read(notebook).needs();
    }

    public NotebookResult run(Path file, Consumer<CellResult> listener) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        NotebookFile notebook = NotebookFile.read(file);
        answer(notebook);
        Path executed = output.resolve(file.getFileName());
        notebook.write(executed);
        Path errors = Files.createTempFile("kubelab-notebook-", ".log");
        List<String> command = new ArrayList<>(Workspace.java(List.of("-Xmx512m"), NotebookProcess.class.getName()));
        String classPath = AnswerClassPath.join(AnswerClassPath.find());
        command.addAll(List.of(executed.toString(), classPath, Long.toString(CELL_SECONDS)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process child = builder.start();
        // a cell may wait for something that never comes, or leave a thread behind
        Thread end = new Thread(child::destroyForcibly, "notebook-cleanup");
        Runtime.getRuntime().addShutdownHook(end);
        List<CellResult> results = new ArrayList<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                CellResult result = CellResult.ofLine(line);
                results.add(result);
                listener.accept(result);
            }
            if (!child.waitFor(10, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        } finally {
            child.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(end);
        }
        int total = notebook.code().size();
        String ended = results.size() == total
                ? ""
                : "cell " + (results.size() + 1) + " of " + total + " ended the process (exit code "
                        + (child.waitFor(5, TimeUnit.SECONDS) ? child.exitValue() : -1) + ")"
                        + tail(errors);
        for (CellResult result : results) {
            notebook.code().get(result.number() - 1).outputs(result.number(), result.outputs());
        }
        notebook.write(executed);
        Files.deleteIfExists(errors);
        return new NotebookResult(List.copyOf(results), executed, ended, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** Puts each answer into the first cell of its exercise, and empties the exercise's further cells. */
    private void answer(NotebookFile notebook) throws IOException {
        Set<String> done = new HashSet<>();
        for (NotebookFile.Cell cell : notebook.code()) {
            Optional<String> id = cell.exercise();
            Optional<Path> file = id.flatMap(answers);
            if (id.isEmpty() || file.isEmpty()) {
                continue;
            }
            cell.source(done.add(id.get()) ? asCell(Files.readString(file.get())) : "");
        }
    }

    /** Java as a cell can hold it: no package line, and no {@code public} on the class. */
    private static String asCell(String java) {
        return java.replaceFirst("(?m)^package [^;]+;\\R", "").replaceAll("(?m)^public (?=(final )?class )", "");
    }

    private static String tail(Path errors) throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return lines.isEmpty()
                ? ""
                : "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    }
}
