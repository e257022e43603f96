package kubelab.grader.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.Limits;
import kubelab.grader.MadeUpExercises;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Level own: what goes wrong in an answer by accident ends its process, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerPoolTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            """;

    @TempDir
    private Path folder;

    private final List<Path> classPath = AnswerClassPath.find();
    private final WorkerPool pool = new WorkerPool(
            classPath,
            new Limits(Duration.ofSeconds(30), 64, 2 * 1024 * 1024, Duration.ofSeconds(1), Duration.ofSeconds(60)),
            1);

    @AfterAll
    void close() {
        pool.close();
    }

    @Test
    void an_answer_travels_as_json() throws Exception {
        Ending ending = run("return java.util.Map.of(\"pod\", java.util.List.of(1, 2));", 30);
        assertThat(ending).isInstanceOf(Ending.Returned.class);
        assertThat(((Ending.Returned) ending).answer().toString()).isEqualTo("{\"pod\":[1,2]}");
    }

    @Test
    void an_exception_names_the_line_in_the_learners_file() throws Exception {
        Ending ending = run("\n\nthrow new IllegalStateException(\"no Pod\");", 30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Threw.class, threw -> {
            assertThat(threw.exception()).isEqualTo("IllegalStateException");
            assertThat(threw.message()).isEqualTo("no Pod");
            assertThat(threw.frames()).containsExactly("Probe.java:3");
        });
    }

    @Test
    void system_exit_is_no_pass() throws Exception {
        assertThat(run("System.exit(0); return 1;", 30))
                .isInstanceOfSatisfying(
                        Ending.Died.class,
                        d -> assertThat(d.why()).contains("exit code 0").contains("System.exit"));
    }

    @Test
    void an_endless_loop_is_stopped_with_the_processes_it_started() throws Exception {
        Ending ending = run(
                "System.out.println(\"pid \" + new ProcessBuilder(\"sleep\", \"600\").start().pid());"
                        + " while (true) { Thread.onSpinWait(); }",
                3);
        assertThat(ending).isInstanceOf(Ending.TimedOut.class);
        long child = Long.parseLong(ending.output().replaceFirst("(?s).*pid (\\d+).*", "$1"));
        // a killed process whose parent is gone may stay in the table for a while, but then it runs no program
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        ProcessHandle.of(child).flatMap(p -> p.info().command()))
                .as("program of the child process " + child)
                .isEmpty());
    }

    /** The JVM is gone by itself before anybody looks for its children. */
    @Test
    void what_an_answer_has_started_does_not_outlive_it() throws Exception {
        String mark = "6" + ProcessHandle.current().pid() + "99";
        Ending ending = run(
                "new ProcessBuilder(\"sleep\", \"" + mark + "\").inheritIO().start();"
                        + " new ProcessBuilder(\"setsid\", \"-f\", \"sleep\", \"" + mark + "\").start().waitFor();"
                        + " new ProcessBuilder(\"sh\", \"-c\", \"(sleep " + mark + " & sleep " + mark
                        + " &) & exit\").start().waitFor(); return \"done\";",
                30);
        assertThat(ending).as(ending.toString()).isInstanceOf(Ending.Returned.class);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains("sleep " + mark)))
                .as("sleepers that are left")
                .isEmpty());
    }

    @Test
    void a_long_message_is_cut_and_still_an_exception() throws Exception {
        assertThat(run("throw new IllegalStateException(\"x\".repeat(5 << 20));", 30))
                .isInstanceOfSatisfying(
                        Ending.Threw.class,
                        t -> assertThat(t.message()).hasSizeLessThan(3000).contains("5242880 characters"));
    }

    @Test
    void an_answer_of_megabytes_is_refused_with_its_length() throws Exception {
        assertThat(run("return \"x\".repeat(3 << 20);", 30))
                .isInstanceOfSatisfying(
                        Ending.Died.class, d -> assertThat(d.why()).contains("characters; it may have"));
    }

    @Test
    void memory_outside_of_the_heap_is_memory() throws Exception {
        Ending ending = run(
                "var all = new java.util.ArrayList<java.nio.ByteBuffer>();"
                        + " while (true) { all.add(java.nio.ByteBuffer.allocateDirect(1 << 20)); }",
                30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                .contains("more than 64 MB of memory"));
    }

    @Test
    void a_closed_pipe_is_said_to_be_that() throws Exception {
        assertThat(run("new java.io.FileOutputStream(java.io.FileDescriptor.out).close(); return 1;", 30))
                .isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                        .contains("closed the process's own standard output")
                        .doesNotContain("System.exit"));
    }

    /** The word is the job's; an answer that has got hold of it can spoil its own result only. */
    @Test
    void a_marked_line_that_is_no_json_is_the_answers_fault() throws Exception {
        Ending ending = run("""
                String word = word();
                new java.io.FileOutputStream(java.io.FileDescriptor.out).write((word + " {nonsense\\n").getBytes());
                return 1; } private static String word() throws Exception {
                java.nio.file.Path dump = java.nio.file.Files.createTempDirectory("dump").resolve("d.hprof");
                java.lang.management.ManagementFactory.getPlatformMXBean(
                        com.sun.management.HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
                Process grep = new ProcessBuilder("grep", "-a", "-o", "-m1", "-E", "word.:.[0-9a-f-]{36}", dump.toString())
                        .start();
                return new String(grep.getInputStream().readAllBytes()).strip().substring("word.:.".length());
                """, 30);
        assertThat(ending).as(ending.toString()).isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                .contains("no result"));
    }

    @Test
    void the_folder_of_an_answer_cannot_be_listed_from_above() throws Exception {
        Ending ending = run(
                "var home = java.nio.file.Path.of(System.getProperty(\"user.home\")); return java.nio.file.attribute"
                        + ".PosixFilePermissions.toString(java.nio.file.Files.getPosixFilePermissions(home.getParent()));",
                30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Returned.class, r -> assertThat(
                        r.answer().asString())
                .isEqualTo("-wx------"));
    }

    @Test
    void too_much_memory_is_said_to_be_that() throws Exception {
        Ending ending =
                run("var all = new java.util.ArrayList<byte[]>(); while (true) { all.add(new byte[1 << 20]); }", 30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                .contains("more than 64 MB of memory"));
    }

    @Test
    void endless_output_is_cut_off_and_its_end_is_kept() throws Exception {
        Ending ending = run("while (true) { System.out.println(\"again and again and again\"); }", 30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Died.class, d -> {
            assertThat(d.why()).contains("more than 2 MB");
            assertThat(d.output()).hasSizeLessThan(5000).contains("again and again");
        });
    }

    @Test
    void a_result_printed_by_the_answer_is_not_taken_for_one() throws Exception {
        Ending ending = run(
                "new java.io.FileOutputStream(java.io.FileDescriptor.out).write("
                        + "\"x {\\\"ended\\\":\\\"returned\\\",\\\"answer\\\":42}\\n\".getBytes());"
                        + " Runtime.getRuntime().halt(0); return 1;",
                30);
        assertThat(ending).isInstanceOf(Ending.Died.class);
    }

    @Test
    void a_thread_left_behind_does_not_keep_the_process() throws Exception {
        Ending ending =
                run("new Thread(() -> { while (true) { Thread.onSpinWait(); } }).start(); return \"done\";", 30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Returned.class, r -> assertThat(
                        r.answer().asString())
                .isEqualTo("done"));
    }

    @Test
    void checks_and_solutions_are_not_on_the_class_path() throws Exception {
        Ending ending = run("return Class.forName(\"kubelab.grader.Grader\").getName();", 30);
        assertThat(ending).isInstanceOfSatisfying(Ending.Threw.class, t -> assertThat(t.exception())
                .isEqualTo("ClassNotFoundException"));
    }

    private Ending run(String body, int seconds) throws Exception {
        Path target = Files.createTempDirectory(folder, "classes");
        String source = "public class Probe implements QuestionExercise<Object> { public Object answer("
                + "KubernetesClient client, String namespace) throws Exception { " + body + " } }";
        Exercise exercise = MadeUpExercises.of("probe-1", "kubelab.labs.pods.Probe", "Probe", Exercise.Form.QUESTION);
        AnswerCompiler.Compiled compiled =
                new AnswerCompiler(folder, classPath).compile(new Answers.Cell(source), exercise, target);
        return pool.run(
                new WorkerPool.Job(compiled.mainClass(), compiled.folder(), compiled.file(), KUBECONFIG, "default"),
                Duration.ofSeconds(seconds));
    }
}
