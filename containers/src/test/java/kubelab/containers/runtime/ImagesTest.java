package kubelab.containers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images can be had, what stands for them, and what the small servers among them do. */
class ImagesTest {
    private static Node node;

    @BeforeAll
    static void start() {
        node = new Node();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, nginx:1.28",
        "nginx:latest, nginx:1.28",
        "nginx:mainline, nginx:1.28",
        "nginx:alpine, nginx:1.28",
        "nginx:stable-alpine, nginx:1.28",
        "nginx:1, nginx:1.28",
        "nginx:1.7.9, nginx:1.27",
        "nginx:1.14.2, nginx:1.27",
        "nginx:1.27.5, nginx:1.27",
        "nginx:1.27-alpine3.21-slim, nginx:1.27",
        "nginx:1.29, nginx:1.28",
        "docker.io/library/nginx:1.25, nginx:1.27",
        "docker.io/nginx:1.25, nginx:1.27",
        "library/nginx:1.25, nginx:1.27",
        "registry.k8s.io/nginx-slim:0.24, nginx:1.27",
        "nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123, nginx:1.28",
        "nginx:1.27@sha256:0123456789012345678901234567890123456789012345678901234567890123, nginx:1.27",
        "busybox, busybox:1.36",
        "busybox:1.28, busybox:1.36",
        "busybox:1.36.1-musl, busybox:1.36",
        "registry.k8s.io/busybox:1.27.2, busybox:1.36",
        "k8s.gcr.io/busybox:1.27.2, busybox:1.36",
        "k8s.gcr.io/nginx-slim:0.8, nginx:1.27",
        "alpine:3.20, busybox:1.36",
        "ubuntu:22.04, busybox:1.36",
        "debian:bookworm-slim, busybox:1.36",
        "registry.k8s.io/e2e-test-images/agnhost:2.39, registry.k8s.io/e2e-test-images/agnhost:2.53",
        "k8s.gcr.io/e2e-test-images/agnhost:2.39, registry.k8s.io/e2e-test-images/agnhost:2.53",
        "registry.k8s.io/pause:3.9, registry.k8s.io/pause:3.10",
        "k8s.gcr.io/pause:3.10, registry.k8s.io/pause:3.10",
        "httpd:2.4-alpine, httpd:2.4",
        "redis:7, redis:7.4",
        "redis:6.0.5, redis:7.4",
        "hashicorp/http-echo, hashicorp/http-echo:1.0",
        "hashicorp/http-echo:0.2.3, hashicorp/http-echo:1.0",
    })
    void tag_that_the_real_repository_may_have_is_simulated(String asked, String by) throws Exception {
        node.runtime.pullImage(asked, null);
        assertThat(node.runtime.simulatedBy(asked))
                .as("what stands for %s", asked)
                .isEqualTo(by);
        assertThat(node.runtime.hasImage(asked)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx:1.27", "nginx:1.28", "busybox:1.36", "registry.k8s.io/pause:3.10", "httpd:2.4"})
    void image_that_is_here_is_itself(String image) throws Exception {
        node.runtime.pullImage(image, null);
        assertThat(node.runtime.simulatedBy(image)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx:1.161",
                "nginx:1.91",
                "nginx:1.99",
                "nginx:1.999",
                "nginx:9",
                "nginx:99999999999999999999",
                "nginx:does-not-exist",
                "nginx:nosuch",
                "nginx:v999",
                "nginx:latests",
                "nginx:1.27.99",
                "nginx:1.27-nosuch",
                "nginx@sha256:0123",
                "busybox:nosuch",
                "busybox:2.0",
                "registry.k8s.io/pause:3.99",
                "registry.k8s.io/pause:nosuch",
                "k8s.gcr.io/e2e-test-images/nginx:1.27",
                "redis:99",
                "nginxx",
                "example.com/nginx:1.27",
                "nosuch/nginx",
                "quay.io/nginx/nginx:1.27",
            })
    void tag_that_cannot_exist_is_refused(String image) {
        assertThatThrownBy(() -> node.runtime.pullImage(image, null))
                .isInstanceOf(ImagePullException.class)
                .hasMessageStartingWith("failed to pull and unpack image \"");
        assertThat(node.runtime.hasImage(image)).isFalse();
    }

    @Test
    void shell_image_has_no_package_manager() throws Exception {
        RuntimeContainer shell = node.start(node.pod("alpine"), "alpine:3.20", "sleep", "3600");
        assertThat(Node.exec(shell, "sh", "-c", "apk add curl; apt-get update").stderr())
                .isEqualTo("sh: apk: not found\nsh: apt-get: not found\n");
    }

    @Test
    void httpd_says_that_it_works() throws Exception {
        RuntimeContainer server = node.start(node.pod("httpd"), Node.config("httpd:2.4"));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        Node.exec(server, "wget", "-qO-", "http://localhost/").stdout())
                .isEqualTo("<html><body><h1>It works!</h1></body></html>\n"));
        assertThat(Node.exec(server, "wget", "-qO-", "http://localhost/nosuch").code())
                .isEqualTo(1);
        assertThat(Node.log(server)).contains("\"GET / HTTP/1.1\" 200 45", "\"GET /nosuch HTTP/1.1\" 404");
        server.stop(Duration.ofSeconds(30));
        assertThat(Node.ended(server).code()).isZero();
    }

    @Test
    void http_echo_answers_with_its_text() throws Exception {
        PodSandbox pod = node.pod("echo");
        ContainerConfig plain = Node.config("hashicorp/http-echo:1.0");
        ContainerConfig config = new ContainerConfig(
                "c",
                0,
                plain.image(),
                plain.command(),
                java.util.List.of("-text=hello there", "-listen=:8080"),
                plain.env(),
                "",
                plain.mounts(),
                false,
                false,
                ContainerConfig.Security.DEFAULT,
                ContainerConfig.Resources.UNLIMITED);
        RuntimeContainer server = node.start(pod, config);
        RuntimeContainer client = node.start(pod, "busybox:1.36", "sleep", "3600");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Node.exec(client, "wget", "-qO-", "http://localhost:8080/any")
                                .stdout())
                        .isEqualTo("hello there\n"));
        assertThat(Node.log(server)).contains("[INFO] server is listening on :8080");
        RuntimeContainer mute = node.start(node.pod("mute"), plain);
        assertThat(Node.ended(mute).code()).isEqualTo(127);
        assertThatThrownBy(() -> Node.exec(server, "sh")).hasMessageContaining("executable file not found");
    }

    @Test
    void redis_keeps_what_it_is_told() throws Exception {
        RuntimeContainer server = node.start(node.pod("redis"), Node.config("redis:7.4"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(redis(server, "ping")).isEqualTo("PONG\n"));
        assertThat(redis(server, "set", "colour", "dark blue")).isEqualTo("OK\n");
        assertThat(redis(server, "GET", "colour")).isEqualTo("dark blue\n");
        assertThat(redis(server, "get", "nothing")).isEqualTo("\n");
        assertThat(redis(server, "incr", "hits")).isEqualTo("1\n");
        assertThat(redis(server, "incr", "hits")).isEqualTo("2\n");
        assertThat(redis(server, "incr", "colour")).contains("ERR value is not an integer");
        assertThat(redis(server, "del", "colour", "nothing")).isEqualTo("1\n");
        assertThat(redis(server, "keys", "*")).isEqualTo("hits\n");
        assertThat(redis(server, "config", "get", "maxmemory")).isEqualTo("maxmemory\n0\n");
        assertThat(redis(server, "nosuch", "x")).contains("ERR unknown command 'nosuch'");
        assertThat(Node.execWith(server, "SET a 1\nGET a\n", "redis-cli").stdout())
                .isEqualTo("OK\n1\n");
        assertThat(Node.exec(server, "redis-cli", "-p", "1", "ping").stderr())
                .isEqualTo("Could not connect to Redis at 127.0.0.1:1: Connection refused\n");
    }

    private static String redis(RuntimeContainer server, String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "redis-cli";
        System.arraycopy(words, 0, all, 1, words.length);
        return Node.exec(server, all).stdout();
    }
}
