package kubelab.containers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.filesystem.Filling;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedRuntimeTest {
    private static Node node;

    @BeforeAll
    static void start() {
        node = new Node();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void shell_prints_and_ends_with_its_exit_code() throws Exception {
        RuntimeContainer container =
                node.start(node.pod("hello"), "busybox:1.36", "sh", "-c", "echo hi; echo no >&2; exit 3");
        RuntimeContainer.Exit exit = Node.ended(container);
        assertThat(exit.code()).as("exit code").isEqualTo(3);
        assertThat(exit.reason()).isEqualTo("Error");
        assertThat(container.log().lines()).extracting(ContainerLog.Line::text).containsExactly("hi", "no");
        assertThat(container.log().lines())
                .extracting(ContainerLog.Line::stderr)
                .containsExactly(false, true);
    }

    @Test
    void first_process_without_handler_ignores_term_and_kill_from_inside() throws Exception {
        RuntimeContainer container = node.start(node.pod("stubborn"), "busybox:1.36", "sh", "-c", "sleep 3600; true");
        assertThat(Node.exec(container, "sh", "-c", "kill 1; kill -9 1; echo alive")
                        .stdout())
                .isEqualTo("alive\n");
        assertThat(container.exited()).isNotDone();
        container.stop(Duration.ofMillis(200));
        assertThat(Node.ended(container).code())
                .as("killed after the grace period")
                .isEqualTo(137);
    }

    @Test
    void a_width_beyond_all_memory_is_cut_and_time_shows_what_was_charged() throws Exception {
        RuntimeContainer container = node.start(
                node.pod("wide"),
                "busybox:1.36",
                "sh",
                "-c",
                "printf '%99999999999d' 1 | wc -c; "
                        + "time sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done' 2>&1 | grep user");
        assertThat(Node.ended(container).code()).isZero();
        assertThat(Node.log(container)).startsWith("999999").contains("user").doesNotContain("0m 0.00s");
    }

    @Test
    void trap_ends_a_container_gracefully() throws Exception {
        RuntimeContainer container = node.start(
                node.pod("trap"),
                "busybox:1.36",
                "sh",
                "-c",
                "trap 'echo bye; exit 0' TERM; echo ready; while true; do sleep 0.05; done");
        await().atMost(Duration.ofSeconds(30)).until(() -> Node.log(container).contains("ready"));
        container.stop(Duration.ofSeconds(10));
        assertThat(Node.ended(container).code()).isZero();
        assertThat(Node.log(container)).endsWith("bye");
    }

    @Test
    void nginx_serves_its_page_and_logs_the_request() throws Exception {
        PodSandbox pod = node.pod("web");
        RuntimeContainer container = node.start(pod, "nginx:1.27");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pod.network().listening().contains(80));
        try (Connection connection =
                node.pod("client").network().connect(pod.network().ip(), 80, Duration.ofSeconds(1))) {
            connection.output().write("GET / HTTP/1.0\r\nHost: web\r\n\r\n".getBytes());
            assertThat(new String(connection.input().readAllBytes()))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("Welcome to nginx!");
        }
        assertThat(Node.log(container)).contains("\"GET / HTTP/1.1\" 200");
        container.stop(Duration.ofSeconds(5));
        assertThat(Node.ended(container).code()).isZero();
    }

    @Test
    void two_servers_in_a_pod_cannot_have_the_same_port() throws Exception {
        PodSandbox pod = node.pod("clash");
        node.start(pod, "nginx:1.27");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pod.network().listening().contains(80));
        RuntimeContainer second = node.start(pod, "nginx:1.28");
        RuntimeContainer.Exit exit = Node.ended(second);
        assertThat(exit.code()).isEqualTo(1);
        assertThat(Node.log(second))
                .contains("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)");
    }

    @Test
    void shared_process_namespace_shows_the_other_containers() throws Exception {
        PodSandbox pod = node.pod("shared", true);
        node.start(pod, "nginx:1.27");
        RuntimeContainer shell = node.start(pod, "busybox:1.36", "sleep", "3600");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Node.exec(shell, "ps").stdout())
                        .contains("/pause")
                        .contains("nginx: master process")
                        .contains("sleep 3600"));
    }

    @Test
    void memory_limit_kills_the_container() throws Exception {
        ContainerConfig.Resources limit = new ContainerConfig.Resources(null, 16L << 20);
        RuntimeContainer container = node.start(
                node.pod("oom"), Node.config("busybox:1.36", limit, "sh", "-c", "head -c 100m /dev/zero | tail"));
        RuntimeContainer.Exit exit = Node.ended(container);
        assertThat(exit.reason()).isEqualTo("OOMKilled");
        assertThat(exit.code()).isEqualTo(137);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail /dev/zero", "x=0123456789abcdef; while :; do x=$x$x; done", "yes | sort"})
    void program_without_limit_is_killed_before_the_heap_is_full(String script) throws Exception {
        RuntimeContainer neighbour = node.start(node.pod("neighbour"), "busybox:1.36", "sleep", "3600");
        RuntimeContainer hog = node.start(node.pod("hog"), "busybox:1.36", "sh", "-c", script);
        assertThat(hog.exited().get(60, java.util.concurrent.TimeUnit.SECONDS).reason())
                .isEqualTo("OOMKilled");
        assertThat(Node.exec(neighbour, "echo", "alive").stdout()).isEqualTo("alive\n");
    }

    @Test
    void memory_volume_counts_as_memory_of_the_container_that_writes() throws Exception {
        java.nio.file.Path volume =
                java.nio.file.Files.createDirectories(node.runtime.fileSystem().getPath("/volumes/memory"));
        RuntimeContainer container = node.start(
                node.pod("tmpfs"),
                withMounts(
                        List.of(new ContainerConfig.Mount(volume, "/mem", false, true, Filling.DONE)),
                        new ContainerConfig.Resources(null, 16L << 20),
                        "sleep",
                        "3600"));
        // Its own program counts as soon as its thread runs.
        await().atMost(Duration.ofSeconds(30)).until(() -> container.usage().memoryBytes() > 0);
        long before = container.usage().memoryBytes();
        Node.exec(container, "sh", "-c", "head -c 4m /dev/zero > /mem/a; head -c 2m /dev/zero > /mem/b");
        assertThat(container.usage().memoryBytes() - before).as("6 MiB written").isEqualTo(6L << 20);
        Node.exec(container, "sh", "-c", "rm /mem/a; echo > /mem/b");
        assertThat(container.usage().memoryBytes() - before)
                .as("removed and truncated")
                .isEqualTo(1);
        Node.exec(container, "sh", "-c", "head -c 40m /dev/zero > /mem/c");
        assertThat(Node.ended(container).reason()).isEqualTo("OOMKilled");
    }

    @Test
    void full_disk_is_an_error_of_the_writer() throws Exception {
        RuntimeContainer container = node.start(node.pod("full"), "busybox:1.36", "sleep", "3600");
        assertThat(Node.exec(container, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=300; rm /big")
                        .stderr())
                .contains("No space left on device");
    }

    @Test
    void read_with_a_time_limit_gives_up_in_cluster_time() throws Exception {
        Node other = new Node();
        try {
            RuntimeContainer container = other.start(
                    other.pod("patient"),
                    "busybox:1.36",
                    "sh",
                    "-c",
                    "sleep 7200 | { read -t 3600 x; echo late $?; exit; }");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Node.exec(container, "ps").stdout().contains("sleep 7200"));
            // The pipe is idle: only the clock can end this.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                other.clock.advance(Duration.ofMinutes(61), () -> {});
                return Node.log(container).contains("late 1");
            });
        } finally {
            other.close();
        }
    }

    @Test
    void busy_loop_is_charged_and_held_back_by_its_limit() throws Exception {
        ContainerConfig.Resources limit = new ContainerConfig.Resources(200L, null);
        RuntimeContainer container =
                node.start(node.pod("busy"), Node.config("busybox:1.36", limit, "sh", "-c", "while :; do :; done"));
        await().until(() -> container.usage().cpuNanos() > 0);
        long before = container.usage().cpuNanos();
        long begun = System.nanoTime();
        await().until(() ->
                container.usage().cpuNanos() - before > Duration.ofMillis(200).toNanos());
        double cores = (container.usage().cpuNanos() - before) / (double) (System.nanoTime() - begun);
        assertThat(cores).as("cores used").isBetween(0.1, 0.25);
        container.kill();
        assertThat(Node.ended(container).code()).isEqualTo(137);
    }

    @Test
    void volumes_are_seen_by_all_containers_that_mount_them() throws Exception {
        PodSandbox pod = node.pod("volume");
        java.nio.file.Path volume =
                java.nio.file.Files.createDirectories(node.runtime.fileSystem().getPath("/volumes/v1"));
        ContainerConfig writer =
                withMounts(List.of(new ContainerConfig.Mount(volume, "/data", false)), "sleep", "3600");
        ContainerConfig reader = withMounts(List.of(new ContainerConfig.Mount(volume, "/in", true)), "sleep", "3600");
        RuntimeContainer one = node.start(pod, writer);
        RuntimeContainer two = node.start(pod, reader);
        assertThat(Node.exec(one, "sh", "-c", "echo hello > /data/f; echo x > /etc/own")
                        .code())
                .isZero();
        assertThat(Node.exec(two, "cat", "/in/f").stdout()).isEqualTo("hello\n");
        assertThat(Node.exec(two, "cat", "/etc/own").code())
                .as("file systems are separate")
                .isEqualTo(1);
        assertThat(Node.exec(two, "sh", "-c", "echo y > /in/g").stderr())
                .isEqualTo("sh: can't create /in/g: Read-only file system\n");
    }

    @Test
    void shell_hands_on_variables_whose_names_it_cannot_use() throws Exception {
        // As busybox 1.36 does; 1.35 dropped them.
        Map<String, String> odd = Map.of("a.b", "1", "a-b", "2", "3c", "4", "plain", "5");
        ContainerConfig plain =
                Node.config("busybox:1.36", "sh", "-c", "env | sort; (env | grep a.b); set | grep -c a.b");
        ContainerConfig config = new ContainerConfig(
                "c",
                0,
                plain.image(),
                plain.command(),
                List.of(),
                odd,
                "",
                List.of(),
                false,
                false,
                ContainerConfig.Security.DEFAULT,
                ContainerConfig.Resources.UNLIMITED);
        RuntimeContainer container = node.start(node.pod("odd"), config);
        Node.ended(container);
        assertThat(Node.log(container).lines())
                .contains("a.b=1", "a-b=2", "3c=4", "plain=5")
                .endsWith("a-b=2", "a.b=1", "0");
    }

    private static ContainerConfig withMounts(List<ContainerConfig.Mount> mounts, String... command) {
        return withMounts(mounts, ContainerConfig.Resources.UNLIMITED, command);
    }

    private static ContainerConfig withMounts(
            List<ContainerConfig.Mount> mounts, ContainerConfig.Resources resources, String... command) {
        return new ContainerConfig(
                "c",
                0,
                "busybox:1.36",
                List.of(command),
                List.of(),
                Map.of("A", "b"),
                "",
                mounts,
                false,
                false,
                ContainerConfig.Security.DEFAULT,
                resources);
    }

    @Test
    void missing_command_and_image_fail_as_upstream() {
        assertThatThrownBy(() -> node.start(node.pod("bad"), "busybox:1.36", "nosuch"))
                .isInstanceOf(ContainerException.class)
                .hasMessage(
                        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
                                + "create failed: unable to start container process: exec: \"nosuch\": executable file not found in "
                                + "$PATH");
        assertThatThrownBy(() -> node.runtime.pullImage("nosuch", null))
                .isInstanceOf(ImagePullException.class)
                .hasMessageStartingWith(
                        "failed to pull and unpack image \"docker.io/library/nosuch:latest\": failed to "
                                + "resolve image: failed to do request: Head "
                                + "\"https://registry-1.docker.io/v2/library/nosuch/manifests/latest\": dial tcp: lookup "
                                + "registry-1.docker.io");
    }
}
