package kubelab.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kubelab.containers.host.FileTree;

/** A learner's shell, with a state folder of its own; commands are timed from the key to the prompt. */
final class Shell implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path launcher;
    private final Path home;

    /** @param launcher the script that is typed */
    Shell(Path launcher) throws IOException {
        this.launcher = launcher;
        this.home = Files.createTempDirectory("kubelab-bench-");
    }

    /** @return milliseconds */
    double course() throws IOException, InterruptedException {
        return run("course");
    }

    /** Starts the cluster beside which {@link #check}s are quick. */
    double up() throws IOException, InterruptedException {
        return run("up");
    }

    /** @return milliseconds */
    double check(String exercise) throws IOException, InterruptedException {
        return run("check", "--answers", "solutions", exercise);
    }

    private double run(String... arguments) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = builder(arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", arguments) + " did not end");
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    String.join(" ", arguments) + " ended with exit code " + process.exitValue());
        }
        return millis;
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("KUBELAB_HOME", home.toString());
        return builder;
    }

    /** {@code check --watch} of one file, saved by us. */
    final class Watch implements AutoCloseable {
        private final Path file;
        private final String text;
        private final Process process;
        private final BufferedReader err;
        private int saves;

        /** @param source the right answer */
        Watch(String exercise, Path source) throws IOException, InterruptedException {
            Path folder = Files.createDirectories(home.resolve("answers"));
            file = folder.resolve(source.getFileName());
            text = Files.readString(source);
            Files.writeString(file, text);
            process = builder("check", "--watch", "--answers", folder.toString(), exercise)
                    .start();
            err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
            awaitWatching();
        }

        /** @return milliseconds from the save of a right answer until the next save is waited for */
        double right() throws IOException, InterruptedException {
            return save(text);
        }

        /** Likewise with an answer that does not compile. */
        double broken() throws IOException, InterruptedException {
            return save(text + "class {");
        }

        private double save(String content) throws IOException, InterruptedException {
            saves++;
            Files.writeString(file, content + "\n// " + saves + "\n");
            long begin = System.nanoTime();
            awaitWatching();
            return (System.nanoTime() - begin) / 1e6;
        }

        private void awaitWatching() throws InterruptedException {
            CompletableFuture<Void> overdue = new CompletableFuture<>();
            overdue.completeOnTimeout(null, LIMIT.toSeconds(), TimeUnit.SECONDS).thenRun(process::destroyForcibly);
            try {
                for (String line = err.readLine(); line != null; line = err.readLine()) {
                    if (line.startsWith("Watching ")) {
                        return;
                    }
                }
                throw new IllegalStateException("check --watch ended");
            } catch (IOException e) {
                throw new IllegalStateException("check --watch ended", e);
            } finally {
                overdue.cancel(true);
            }
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            err.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        FileTree.tryDelete(home);
    }
}
