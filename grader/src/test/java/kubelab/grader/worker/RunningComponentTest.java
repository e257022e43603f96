package kubelab.grader.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
import kubelab.labkit.PodScheduler.Allocatable;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;
import kubelab.labkit.PodScheduler.Taint;
import kubelab.labkit.PodScheduler.Toleration;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.TcpLoadBalancer.Conditions;
import kubelab.labkit.TcpLoadBalancer.Endpoint;
import kubelab.labkit.TcpLoadBalancer.EndpointPort;
import kubelab.labkit.TcpLoadBalancer.EndpointSlice;
import kubelab.labkit.worker.PipeFault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A component in its process: what it is told, what it answers, and what goes wrong in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunningComponentTest {
    static final PodInfo POD = new PodInfo(
            "shop",
            "web-0",
            Map.of("app", "web"),
            250,
            64L << 20,
            Map.of("disk", "ssd"),
            List.of(new Toleration("gpu", "Exists", "", "NoSchedule")),
            7);

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
    void records_arrive_whole_and_answers_come_back() throws Exception {
        try (RunningComponent component = scheduler(
                "return pod.equals(node.pods().get(0)) && pod.tolerations().get(0).key().equals("
                        + "node.taints().get(0).key());",
                "return (int) node.allocatable().memoryBytes() / 1024 + pod.priority();")) {
            PodScheduler scheduler = component.as(PodScheduler.class);
            assertThat(scheduler.filter(POD, node())).isTrue();
            assertThat(scheduler.score(POD, node())).isEqualTo(1024 + 7);
            assertThat(component.end()).isInstanceOf(Ending.Returned.class);
        }
    }

    @Test
    void an_exception_is_a_fault_with_the_learners_line_and_later_calls_still_work() throws Exception {
        try (RunningComponent component = scheduler(
                "\nif (pod.priority() == 7) throw new IllegalStateException(\"seven\"); return true;", "return 1;")) {
            PodScheduler scheduler = component.as(PodScheduler.class);
            assertThatThrownBy(() -> scheduler.filter(POD, node())).isInstanceOf(PipeFault.class);
            assertThat(scheduler.score(POD, node())).isEqualTo(1);
            assertThat(component.end()).isInstanceOfSatisfying(Ending.Threw.class, threw -> {
                assertThat(threw.exception()).isEqualTo("IllegalStateException");
                assertThat(threw.message()).isEqualTo("seven");
                assertThat(threw.frames()).containsExactly("Probe.java:2");
            });
        }
    }

    @Test
    void a_call_that_hangs_is_stopped_and_named() throws Exception {
        try (RunningComponent component = scheduler("while (true) { Thread.onSpinWait(); }", "return 1;")) {
            PodScheduler scheduler = component.as(PodScheduler.class);
            assertThatThrownBy(() -> scheduler.filter(POD, node())).isInstanceOf(PipeFault.class);
            assertThatThrownBy(() -> scheduler.score(POD, node()))
                    .as("what has hung is not asked again")
                    .isInstanceOf(PipeFault.class);
            assertThat(component.end()).isInstanceOfSatisfying(Ending.Hung.class, hung -> {
                assertThat(hung.method()).isEqualTo("filter");
                assertThat(hung.seconds()).isEqualTo(2);
            });
        }
    }

    @Test
    void system_exit_ends_the_component_and_is_said_to_be_that() throws Exception {
        try (RunningComponent component = scheduler("System.exit(0); return true;", "return 1;")) {
            PodScheduler scheduler = component.as(PodScheduler.class);
            assertThatThrownBy(() -> scheduler.filter(POD, node())).isInstanceOf(PipeFault.class);
            assertThat(component.end()).isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                    .contains("exit code 0")
                    .contains("System.exit"));
        }
    }

    @Test
    void ten_megabytes_of_output_end_it_and_ten_megabytes_of_calls_do_not() throws Exception {
        try (RunningComponent component = scheduler(
                "return pod.name().length() > 100;",
                "for (int i = 0; i < 200000; i++) System.out.println(\"again and again and again and again and again\");"
                        + " return 1;")) {
            PodScheduler scheduler = component.as(PodScheduler.class);
            PodInfo big = new PodInfo("shop", "x".repeat(1 << 20), Map.of(), 0, 0, Map.of(), List.of(), 0);
            for (int i = 0; i < 10; i++) {
                assertThat(scheduler.filter(big, node())).isTrue();
            }
            assertThatThrownBy(() -> scheduler.score(POD, node())).isInstanceOf(PipeFault.class);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(component.fault())
                    .get()
                    .isInstanceOfSatisfying(
                            Ending.Died.class, d -> assertThat(d.why()).contains("more than 2 MB")));
        }
    }

    @Test
    void a_line_forged_on_stdout_is_no_answer() throws Exception {
        try (RunningComponent component = scheduler(
                "try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write(("
                        + "\"x {\\\"returned\\\":1,\\\"value\\\":true}\\n\".repeat(3) + \"no end of line\")"
                        + ".getBytes()); } catch (java.io.IOException e) { throw new RuntimeException(e); } return false;",
                "return 1;")) {
            assertThat(component.as(PodScheduler.class).filter(POD, node())).isFalse();
            assertThat(component.end()).isInstanceOf(Ending.Returned.class);
        }
    }

    @Test
    void a_constructor_that_fails_leaves_no_component() throws Exception {
        try (RunningComponent component = open(
                "public class Probe implements PodScheduler { Probe() { throw new IllegalStateException(\"not today\"); }"
                        + " public boolean filter(PodInfo p, NodeInfo n) { return true; }"
                        + " public int score(PodInfo p, NodeInfo n) { return 1; } }")) {
            assertThat(component.isThere()).isFalse();
            assertThat(component.end()).isInstanceOfSatisfying(Ending.Threw.class, t -> assertThat(t.message())
                    .contains("not today"));
        }
    }

    @Test
    void a_component_of_another_kind_is_told_what_to_implement() throws Exception {
        try (RunningComponent component = scheduler("return true;", "return 1;")) {
            TcpLoadBalancer balancer = component.as(TcpLoadBalancer.class);
            assertThatThrownBy(() -> balancer.endpoints(List.of())).isInstanceOf(PipeFault.class);
            assertThat(component.end()).isInstanceOfSatisfying(Ending.Died.class, d -> assertThat(d.why())
                    .contains("must implement TcpLoadBalancer"));
        }
    }

    @Test
    void bytes_go_from_the_client_to_whom_the_balancer_dialled_and_back() throws Exception {
        try (RunningComponent component = balancer("""
                Connection backend;
                try {
                    backend = dialer.dial("10.42.0.9", 1);
                } catch (IOException refused) {
                    backend = dialer.dial(slices.get(0).endpoints().get(0).addresses().get(0),
                            slices.get(0).ports().get(0).port());
                }
                backend.out().write(client.in().readAllBytes());
                backend.in().transferTo(client.out());
                backend.close();
                """)) {
            TcpLoadBalancer balancer = component.as(TcpLoadBalancer.class);
            balancer.endpoints(List.of(slice("10.42.1.7", 8080)));
            byte[] request = "ping ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
            Memory client = new Memory(request);
            Memory backend = new Memory("pong".getBytes(StandardCharsets.UTF_8));
            List<String> dialled = new ArrayList<>();
            balancer.serve(client, (host, port) -> {
                dialled.add(host + ":" + port);
                if (port == 1) {
                    throw new IOException("connection refused");
                }
                return backend;
            });
            assertThat(dialled).containsExactly("10.42.0.9:1", "10.42.1.7:8080");
            assertThat(backend.written()).isEqualTo(request);
            assertThat(client.written()).asString().isEqualTo("pong");
            assertThat(backend.closed).isTrue();
            assertThat(component.end()).isInstanceOf(Ending.Returned.class);
        }
    }

    @Test
    void an_ioexception_of_serve_is_passed_on_and_no_fault() throws Exception {
        try (RunningComponent component = balancer("dialer.dial(\"nobody\", 1);")) {
            TcpLoadBalancer balancer = component.as(TcpLoadBalancer.class);
            assertThatThrownBy(() -> balancer.serve(new Memory(new byte[0]), (host, port) -> {
                        throw new IOException("no route to " + host);
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no route to nobody");
            assertThat(component.end()).isInstanceOf(Ending.Returned.class);
        }
    }

    @Test
    void several_clients_are_served_at_once() throws Exception {
        try (RunningComponent component = balancer("client.out().write(client.in().read());")) {
            TcpLoadBalancer balancer = component.as(TcpLoadBalancer.class);
            int clients = 5;
            CountDownLatch reading = new CountDownLatch(clients);
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Memory client = new Memory(new byte[] {(byte) ('a' + i)}) {
                    @Override
                    void beforeRead() throws IOException {
                        reading.countDown();
                        try {
                            if (!reading.await(10, TimeUnit.SECONDS)) {
                                throw new IOException("the others are not served meanwhile");
                            }
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                };
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                balancer.serve(client, (host, port) -> client);
                                return new String(client.written(), StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                return e.toString();
                            }
                        },
                        task -> new Thread(task).start()));
            }
            assertThat(answers.stream().map(CompletableFuture::join)).containsExactly("a", "b", "c", "d", "e");
        }
    }

    static NodeInfo node() {
        return new NodeInfo(
                "worker1",
                Map.of("disk", "ssd"),
                List.of(new Taint("gpu", "", "NoSchedule")),
                false,
                new Allocatable(2000, 1L << 20, 110),
                List.of(POD));
    }

    private static EndpointSlice slice(String address, int port) {
        return new EndpointSlice(
                "web-abc",
                List.of(new EndpointPort("", port)),
                List.of(new Endpoint(List.of(address), new Conditions(true, true, false), "worker1", "web-0")));
    }

    private RunningComponent scheduler(String filter, String score) throws Exception {
        return open("public class Probe implements PodScheduler { public boolean filter(PodInfo pod, NodeInfo node) { "
                + filter + " } public int score(PodInfo pod, NodeInfo node) { " + score + " } }");
    }

    private RunningComponent balancer(String serve) throws Exception {
        return open("public class Probe implements TcpLoadBalancer { private volatile List<EndpointSlice> slices;"
                + " public void endpoints(List<EndpointSlice> s) { slices = s; }"
                + " public void serve(Connection client, Dialer dialer) throws IOException { " + serve + " } }");
    }

    private RunningComponent open(String source) throws Exception {
        Path target = Files.createTempDirectory(folder, "classes");
        Exercise exercise = MadeUpExercises.of("probe-1", "kubelab.labs.pods.Probe", "Probe", Exercise.Form.COMPONENT);
        AnswerCompiler.Compiled compiled =
                new AnswerCompiler(folder, classPath).compile(new Answers.Cell(source), exercise, target);
        return pool.open(
                new WorkerPool.Job(compiled.mainClass(), compiled.folder(), compiled.file(), "", "default"),
                Duration.ofSeconds(20),
                Duration.ofSeconds(2));
    }

    /** A connection to nobody. */
    private static class Memory implements Connection {
        private final InputStream in;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private volatile boolean closed;

        Memory(byte[] toRead) {
            in = new ByteArrayInputStream(toRead) {
                @Override
                public int read(byte[] target) throws IOException {
                    beforeRead();
                    return super.read(target);
                }
            };
        }

        void beforeRead() throws IOException {}

        byte[] written() {
            return out.toByteArray();
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
