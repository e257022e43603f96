package kubelab.grader.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.cluster.Deadline;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.host.FileTree;
import kubelab.grader.Limits;
import kubelab.labkit.worker.AnswerProcess;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JVM that waits for one answer, or for one after the other where answers are trusted. Its stdout is the pipe that
 * carries the result (and a component's calls), marked with a word that only this job knows; what the answer prints comes
 * on stderr. Both are read to the end, and what is not marked is counted.
 */
final class Worker implements AutoCloseable {
    private static final long START_SECONDS = 60;
    /** With all that could write gone, the end of the pipes comes as soon as the readers get to run. */
    private static final long END_MILLISECONDS = 5000;

    private static final long LOOK_MILLISECONDS = 20;
    private static final String KUBECONFIG = "kubeconfig";

    private static final int MAX_RESULT = 1024 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final Path home;
    private final Limits limits;
    private final Survivors survivors;
    private final boolean again;
    private volatile Turn turn = new Turn();
    /** Whether this turn's component was told that it is not needed any more. */
    private boolean parted;
    /** Whether this turn's answer has left nothing behind. */
    private boolean tidy;
    /** Whether there is an answer in it, which may have started processes. */
    private volatile boolean given;

    private volatile boolean tooLong;
    private final CountDownLatch flood = new CountDownLatch(1);
    private final CountDownLatch ready = new CountDownLatch(1);
    private final List<Thread> readers = new ArrayList<>();

    private Worker(Process process, Survivors survivors, Path home, Limits limits, boolean again) {
        this.again = again;
        this.process = process;
        this.survivors = survivors;
        this.home = home;
        this.limits = limits;
        reader("answer-result", this::readResult);
        reader("answer-output", this::readOutput);
    }

    /** @param again whether it may serve further answers */
    static Worker start(List<String> command, Limits limits, boolean again) throws IOException {
        Path home = Homes.create();
        var survivors = new Survivors();
        List<String> full = new ArrayList<>(command);
        full.addAll(
                1, List.of("-Xmx" + limits.heapMegabytes() + "m", "-Duser.home=" + home, "-Djava.io.tmpdir=" + home));
        var builder = new ProcessBuilder(full).directory(home.toFile());
        String path = System.getenv("PATH");
        builder.environment().clear();
        // an answer that builds a client of its own must meet its own account, never the learner's real cluster
        builder.environment().put("KUBECONFIG", home.resolve(KUBECONFIG).toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("LANG", "C.UTF-8");
        survivors.mark(builder.environment());
        if (path != null) {
            builder.environment().put("PATH", path);
        }
        return new Worker(builder.start(), survivors, home, limits, again);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Runs the answer and waits for its end, however it ends. To be called once a turn. */
    Ending run(WorkerPool.Job job, Duration time) throws InterruptedException, IOException {
        send(job);
        try {
            if (!again) {
                process.getOutputStream().close();
            }
        } catch (IOException e) {
            // the process is gone: what follows finds out how
        }
        awaitReady();
        Deadline deadline = Deadline.in(time);
        while (process.isAlive() && flood.getCount() > 0 && !isOver() && !deadline.isOver()) {
            pause();
        }
        boolean timedOut = process.isAlive()
                && flood.getCount() > 0
                && (!again || turn.result().isEmpty());
        if (!finish()) {
            stop();
        }
        return ending(timedOut, time);
    }

    /** A component where none was asked for is over as soon as it is there. */
    private boolean isOver() {
        return turn.isOver() || (again && turn.kind().isPresent());
    }

    private void pause() throws InterruptedException {
        if (again) {
            turn.left(LOOK_MILLISECONDS);
        } else {
            process.waitFor(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes leave of the answer; whether it has left nothing behind, so that a further one may come. */
    boolean finish() throws InterruptedException {
        if (tidy) {
            return true;
        }
        if (!again
                || !process.isAlive()
                || flood.getCount() == 0
                || turn.result().isEmpty()) {
            return false;
        }
        if (turn.kind().isPresent()) {
            try {
                farewell();
            } catch (IOException e) {
                return false;
            }
        }
        tidy = turn.left(END_MILLISECONDS).equals(AnswerProcess.CLEAN) && survivors.isAlone(process.pid()) && isTidy();
        return tidy;
    }

    /** Whether there is nothing in the answer's folder but what was put there. */
    private boolean isTidy() {
        try (Stream<Path> files = Files.list(home)) {
            return files.allMatch(file -> file.endsWith(KUBECONFIG));
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes ready for a further answer. */
    synchronized void renew() {
        turn = new Turn();
        parted = false;
        tidy = false;
    }

    Turn turn() {
        return turn;
    }

    /**
     * Makes the component and leaves it there to be called. To be called once a turn.
     *
     * @return how it ended before its time; empty if it is there
     */
    Optional<Ending> open(WorkerPool.Job job, Duration time) throws InterruptedException, IOException {
        send(job);
        awaitReady();
        Deadline deadline = Deadline.in(time);
        while (turn.result().isEmpty() && process.isAlive() && flood.getCount() > 0 && !deadline.isOver()) {
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        if (turn.kind().isPresent()) {
            return Optional.empty();
        }
        boolean timedOut =
                process.isAlive() && flood.getCount() > 0 && turn.result().isEmpty();
        stop();
        return turn.kind().isPresent() ? Optional.empty() : Optional.of(ending(timedOut, time));
    }

    /** Hears once when the process has ended or printed too much. */
    void onEnd(Runnable listener) {
        process.onExit().thenRun(listener);
    }

    /** Says something to the component of this turn, as long as it lasts. */
    synchronized void send(Turn to, String line) throws IOException {
        if (to != turn || parted) {
            throw new IOException("the component is gone");
        }
        send(line);
    }

    private synchronized void farewell() throws IOException {
        if (!parted) {
            send(AnswerProcess.END);
            parted = true;
        }
    }

    private synchronized void send(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Ends it and hears out what it has said. */
    void stop() throws InterruptedException {
        kill();
        for (Thread reader : readers) {
            reader.join(END_MILLISECONDS);
        }
    }

    private void send(WorkerPool.Job job) throws IOException {
        given = true;
        Path config = home.resolve(KUBECONFIG);
        Map<String, String> line = new LinkedHashMap<>();
        line.put("word", turn.word());
        line.put("class", job.mainClass());
        line.put("classes", job.classes().toAbsolutePath() + "/");
        line.put("file", job.file());
        line.put("kubeconfig", config.toString());
        line.put("namespace", job.namespace());
        if (again) {
            line.put("again", "true");
        }
        if (job.kubeconfig().isEmpty()) {
            Files.deleteIfExists(config);
        } else {
            Files.writeString(config, job.kubeconfig());
        }
        try {
            send(JSON.writeValueAsString(line));
        } catch (IOException e) {
            // the process is gone: what follows finds out how
        }
    }

    /** Why a process is gone that should have stayed; for the learner. */
    String whyGone() {
        return flood.getCount() == 0 ? tooMuchOutput() : whyEnded("while it was at work");
    }

    /** The answer's time starts when its JVM has. */
    private void awaitReady() throws InterruptedException, IOException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(START_SECONDS));
        while (!ready.await(20, TimeUnit.MILLISECONDS)) {
            // what it wrote before it ended may still be on its way to the reader
            boolean dead = !process.isAlive() && !ready.await(1, TimeUnit.SECONDS);
            if (dead || deadline.isOver()) {
                kill();
                throw new IOException("the process for the answer did not start: " + turn.output());
            }
        }
    }

    private Ending ending(boolean timedOut, Duration time) {
        String output = turn.output();
        if (flood.getCount() == 0) {
            return new Ending.Died(tooMuchOutput(), output);
        } else if (timedOut) {
            return new Ending.TimedOut(Math.max(1, time.toSeconds()), output);
        }
        Optional<String> result = turn.result();
        if (result.isEmpty()) {
            return new Ending.Died(whyEnded("before the method returned"), output);
        }
        JsonNode json;
        try {
            json = JSON.readTree(result.get());
        } catch (JacksonException e) {
            return new Ending.Died(
                    "What came back from it is no result. Does it write to the process's own standard output?", output);
        }
        if (json.path("ended").asString().equals("refused")) {
            return new Ending.Died(json.path("message").asString(), output);
        }
        if (json.path("ended").asString().equals("returned")) {
            return new Ending.Returned(json.path("answer"), output);
        }
        if (json.path("unreachable").asBoolean(false)) {
            throw new IllegalStateException("the cluster did not answer the exercise's client: "
                    + json.path("message").asString());
        }
        List<String> frames = new ArrayList<>();
        json.path("frames").forEach(f -> frames.add(f.asString()));
        return new Ending.Threw(
                json.path("exception").asString(), json.path("message").asString(), frames, output);
    }

    private String tooMuchOutput() {
        return tooLong
                ? "It wrote a line of more than " + MAX_RESULT / (1024 * 1024)
                        + " MB to the process's own standard output and was stopped. System.out is the place to print."
                : "It printed more than " + limits.outputBytes() / (1024 * 1024) + " MB and was stopped.";
    }

    private String whyEnded(String when) {
        int code = process.isAlive() ? 0 : process.exitValue();
        if (code == AnswerProcess.OUT_OF_MEMORY) {
            return "It needed more than " + limits.heapMegabytes() + " MB of memory and was stopped.";
        }
        return code == AnswerProcess.PIPE_CLOSED
                ? "It closed the process's own standard output, by which its result would have come back."
                : "Its process ended (exit code " + code + ") " + when + ". Does it call System.exit?";
    }

    private void readResult() throws IOException {
        byte[] buffer = new byte[16 * 1024];
        var line = new ByteArrayOutputStream();
        InputStream in = process.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    line(line.toString(StandardCharsets.UTF_8).strip(), line.size());
                    line.reset();
                } else {
                    line.write(buffer[i]);
                }
            }
            if (line.size() > MAX_RESULT) {
                line.reset();
                tooLong = true;
                flood();
            }
        }
    }

    private void line(String whole, int bytes) {
        if (!turn.line(whole)) {
            count(bytes);
            if (whole.equals(AnswerProcess.READY)) {
                ready.countDown();
            }
        }
    }

    private void readOutput() throws IOException {
        byte[] buffer = new byte[16 * 1024];
        InputStream in = process.getErrorStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            // first: what was printed may be the last of this turn
            count(n);
            turn.printed(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
    }

    private void count(int bytes) {
        if (turn.count(bytes) > limits.outputBytes()) {
            flood();
        }
    }

    private void flood() {
        flood.countDown();
        process.toHandle().destroyForcibly();
    }

    private void reader(String name, Reading reading) {
        readers.add(DaemonThreads.start(name, () -> {
            try {
                reading.read();
            } catch (IOException e) {
                // the stream closes when the process is killed
            }
        }));
    }

    /**
     * The tree, and what has left it: what the answer started must not outlive it. By its handle: {@link Process} itself
     * would close the pipes, and the last that the answer said would be lost where a reader is slow.
     */
    private void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.toHandle().destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        if (given) {
            survivors.end();
        }
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        process.destroyForcibly(); // closes the pipes
        try {
            FileTree.delete(home);
            Homes.forget(home);
        } catch (IOException e) {
            // a file that will not go is the temporary folder's affair
        }
    }

    private interface Reading {
        void read() throws IOException;
    }
}
