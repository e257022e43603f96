package kubelab.app.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Gradings and notebooks: the program itself, as processes of their own that work on this cluster. */
public final class Programs {
    private final List<String> program;
    private final Path kubeconfig;
    private final Path root;
    private final List<String> exercises;
    private final List<String> chapters;
    private final Path log;
    private final AtomicInteger gradings = new AtomicInteger();
    private final AtomicInteger notebooks = new AtomicInteger();
    private final List<String> failed = new ArrayList<>();

    /**
     * @param program the command line up to the command's name
     * @param exercises graded in turn, with their solutions
     * @param chapters whose notebooks are run in turn, one after every fourth grading
     */
    public Programs(
            List<String> program, Path kubeconfig, Path root, List<String> exercises, List<String> chapters, Path log) {
        this.program = List.copyOf(program);
        this.kubeconfig = kubeconfig;
        this.root = root;
        this.exercises = List.copyOf(exercises);
        this.chapters = List.copyOf(chapters);
        this.log = log;
    }

    int gradings() {
        return gradings.get();
    }

    int notebooks() {
        return notebooks.get();
    }

    synchronized List<String> failed() {
        return List.copyOf(failed);
    }

    void round(int number, Gate gate) throws IOException, InterruptedException {
        boolean notebook = number % 5 == 1;
        String what = notebook ? chapters.get(number / 5 % chapters.size()) : exercises.get(number % exercises.size());
        List<String> command = new ArrayList<>(program);
        command.addAll(
                notebook
                        ? List.of("course", what)
                        : List.of(
                                "check",
                                what,
                                "--answers",
                                root.resolve("solutions").toString(),
                                "--allow-skipped"));
        command.addAll(List.of("--cluster=existing", "--context=kubelab", "--allow-cluster-scope"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        // Nothing of the user's own background cluster is looked at.
        builder.environment().put("KUBELAB_HOME", log.resolveSibling("home").toString());
        Files.createDirectories(log.resolveSibling("home"));
        Process process = builder.start();
        while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            if (gate.isOver()) {
                process.destroy();
                process.waitFor(20, TimeUnit.SECONDS);
                process.destroyForcibly();
                return;
            }
        }
        (notebook ? notebooks : gradings).incrementAndGet();
        // A course says 1 as long as exercises are open, and here none is begun.
        if (process.exitValue() > (notebook ? 1 : 0)) {
            synchronized (this) {
                failed.add(String.join(" ", command.subList(program.size(), program.size() + 2)) + ": exit code "
                        + process.exitValue());
            }
        }
    }
}
