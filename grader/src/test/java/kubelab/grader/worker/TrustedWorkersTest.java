package kubelab.grader.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.Limits;
import kubelab.grader.MadeUpExercises;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.labkit.Connection;
import kubelab.labkit.PodScheduler;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.worker.PipeFault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that are trusted share a process, and see nothing of each other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustedWorkersTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            """;

    private static final String PID = "return ProcessHandle.current().pid();";

    /** All that an answer could find of an earlier one. */
    private static final String LOOK = """
            count++;
            return count + " " + System.getProperty("mine") + " " + Thread.getDefaultUncaughtExceptionHandler() + " "
                    + Thread.currentThread().getContextClassLoader().equals(getClass().getClassLoader()) + " "
                    + Thread.currentThread().isInterrupted() + " " + Locale.getDefault().getLanguage() + " "
                    + new File("mine").exists() + " "
                    + Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals("mine")) + " "
                    + ProcessHandle.current().children().count();
            } private static int count; static { count = 0;
            """;

    private static final String NOTHING = "1 null null true false en false false 0";

    @TempDir
    private Path folder;

    private final List<Path> classPath = AnswerClassPath.find();
    private final WorkerPool pool = new WorkerPool(
            classPath,
            new Limits(Duration.ofSeconds(30), 64, 2 * 1024 * 1024, Duration.ofSeconds(1), Duration.ofSeconds(60)),
            1,
            true);

    @AfterAll
    void close() {
        pool.close();
    }

    @Test
    void several_answers_are_served_by_one_process_each_with_classes_of_its_own() throws Exception {
        long first = pid();
        assertThat(value(LOOK)).isEqualTo(NOTHING);
        assertThat(value(LOOK)).isEqualTo(NOTHING);
        assertThat(run("throw new IllegalStateException(\"no Pod\");", 30)).isInstanceOf(Ending.Threw.class);
        assertThat(pid()).isEqualTo(first);
    }

    @Test
    void what_each_has_printed_is_told_apart() throws Exception {
        long first = pid();
        assertThat(run("System.out.println(\"one\\ntwo\"); System.err.print(\"three\"); return 1;", 30)
                        .output())
                .isEqualTo("one\ntwo\nthree");
        assertThat(run("return 1;", 30).output()).isEmpty();
        assertThat(run("System.out.print(\"x\".repeat(5000)); return 1;", 30).output())
                .isEqualTo("x".repeat(4000));
        assertThat(pid()).isEqualTo(first);
    }

    @Test
    void the_loader_and_an_interrupt_are_gone_with_the_answer() throws Exception {
        long first = pid();
        assertThat(run(
                        "Thread.currentThread().setContextClassLoader(null); Thread.currentThread().interrupt();"
                                + " return 1;",
                        30))
                .isInstanceOf(Ending.Returned.class);
        assertThat(value(LOOK)).isEqualTo(NOTHING);
        assertThat(pid()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "thread           | new Thread(() -> { while (true) { Thread.onSpinWait(); } }, \"mine\").start();",
                "client           | new KubernetesClientBuilder().build().pods().inNamespace(namespace).watch("
                        + "new Watcher<Pod>() { public void eventReceived(Action a, Pod p) {}"
                        + " public void onClose(WatcherException e) {} });",
                "property         | System.setProperty(\"mine\", \"1\");",
                "handler          | Thread.setDefaultUncaughtExceptionHandler((t, e) -> {});",
                "locale           | Locale.setDefault(Locale.GERMAN);",
                "out              | System.setOut(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));",
                "process          | new ProcessBuilder(\"sleep\", \"600\").start();",
                "session          | new ProcessBuilder(\"setsid\", \"-f\", \"sleep\", \"600\").start().waitFor();",
                "file             | java.nio.file.Files.writeString(java.nio.file.Path.of(\"mine\"), \"1\");",
                "kind             | new Object() { class Mine extends CustomResource<String, String> {}"
                        + " }.getClass().getDeclaredClasses()[0].getName();",
                "exit             | System.exit(0);",
                "hang             | while (System.nanoTime() != 0) { Thread.onSpinWait(); }",
            })
    void what_leaves_something_behind_has_the_next_one_served_by_a_new_process(String what, String statement)
            throws Exception {
        long first = pid();
        Ending ending = run(statement + " return 1;", what.equals("hang") ? 2 : 30);
        assertThat(ending)
                .isInstanceOf(
                        switch (what) {
                            case "exit" -> Ending.Died.class;
                            case "hang" -> Ending.TimedOut.class;
                            default -> Ending.Returned.class;
                        });
        assertThat(value(LOOK)).isEqualTo(NOTHING);
        assertThat(pid()).isNotEqualTo(first);
        assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive))
                .as("the earlier process")
                .isEmpty();
    }

    @Test
    void components_share_it_too_and_one_that_hangs_takes_it_along() throws Exception {
        long first = pid();
        assertThat(score("return (int) ProcessHandle.current().pid();")).isEqualTo((int) first);
        assertThat(score("return (int) ProcessHandle.current().pid();")).isEqualTo((int) first);
        assertThat(score("return new File(System.getenv(\"KUBECONFIG\")).exists() ? 1 : 0;"))
                .as("the account of an earlier answer")
                .isEqualTo(0);
        assertThat(pid()).isEqualTo(first);
        assertThatThrownBy(() -> score("while (true) { Thread.onSpinWait(); }")).isInstanceOf(PipeFault.class);
        assertThat(pid()).isNotEqualTo(first);
    }

    /** As where its process is killed. */
    @Test
    void what_a_component_prints_because_it_is_stopped_is_not_told() throws Exception {
        var job = job(
                "public class Probe implements TcpLoadBalancer { public void endpoints(List<EndpointSlice> s) {}"
                        + " public void serve(Connection client, Dialer dialer) throws IOException {"
                        + " System.out.println(\"serves\"); try { client.in().read(); }"
                        + " finally { System.out.println(\"stopped\"); } } }",
                Exercise.Form.COMPONENT,
                "");
        var reading = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        try (RunningComponent component = pool.open(job, Duration.ofSeconds(20), Duration.ofSeconds(2))) {
            Thread client = new Thread(() -> {
                try {
                    component.as(TcpLoadBalancer.class).serve(silent(reading, never), (address, port) -> {
                        throw new IOException("no dialing");
                    });
                } catch (IOException | PipeFault e) {
                    // it was stopped
                }
            });
            client.start();
            assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(component.end().output()).isEqualTo("serves");
            client.join(20_000);
            assertThat(client.isAlive()).isFalse();
        } finally {
            never.countDown();
        }
    }

    /** What a component has at work is no more when the next answer comes. */
    @Test
    void a_component_that_leaves_a_thread_takes_its_process_along() throws Exception {
        long first = pid();
        assertThat(score("new Thread(() -> { while (true) { Thread.onSpinWait(); } }, \"mine\").start(); return 1;"))
                .isEqualTo(1);
        assertThat(value(LOOK)).isEqualTo(NOTHING);
        assertThat(pid()).isNotEqualTo(first);
    }

    /** A connection on which nothing comes. */
    private static Connection silent(CountDownLatch reading, CountDownLatch never) {
        return new Connection() {
            @Override
            public InputStream in() {
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        reading.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return -1;
                    }
                };
            }

            @Override
            public OutputStream out() {
                return OutputStream.nullOutputStream();
            }

            @Override
            public void close() {}
        };
    }

    private long pid() throws Exception {
        return Long.parseLong(value(PID));
    }

    private String value(String body) throws Exception {
        Ending ending = run(body, 30);
        assertThat(ending).as(ending.toString()).isInstanceOf(Ending.Returned.class);
        return ((Ending.Returned) ending).answer().asString();
    }

    private int score(String body) throws Exception {
        var job = job(
                "public class Probe implements PodScheduler { public boolean filter(PodInfo pod, NodeInfo node) {"
                        + " return true; } public int score(PodInfo pod, NodeInfo node) { " + body + " } }",
                Exercise.Form.COMPONENT,
                "");
        try (RunningComponent component = pool.open(job, Duration.ofSeconds(20), Duration.ofSeconds(2))) {
            return component.as(PodScheduler.class).score(RunningComponentTest.POD, RunningComponentTest.node());
        }
    }

    private Ending run(String body, int seconds) throws Exception {
        return pool.run(
                job(
                        "public class Probe implements QuestionExercise<Object> { public Object answer("
                                + "KubernetesClient client, String namespace) throws Exception { " + body + " } }",
                        Exercise.Form.QUESTION,
                        KUBECONFIG),
                Duration.ofSeconds(seconds));
    }

    private WorkerPool.Job job(String source, Exercise.Form form, String kubeconfig) throws Exception {
        Path target = Files.createTempDirectory(folder, "classes");
        Exercise exercise = MadeUpExercises.of("probe-1", "kubelab.labs.pods.Probe", "Probe", form);
        AnswerCompiler.Compiled compiled =
                new AnswerCompiler(folder, classPath).compile(new Answers.Cell(source), exercise, target);
        return new WorkerPool.Job(compiled.mainClass(), compiled.folder(), compiled.file(), kubeconfig, "default");
    }
}
