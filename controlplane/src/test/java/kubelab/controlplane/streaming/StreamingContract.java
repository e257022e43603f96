package kubelab.controlplane.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Logs, exec, port-forward and proxy as a Fabric8 client sees them, whatever the way to the API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamingContract {
    private EmbeddedCluster cluster;
    private KubernetesClient client;

    abstract KubernetesClient client(EmbeddedCluster cluster);

    @BeforeAll
    void start() {
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = client(cluster);
        run("talker", "busybox:1.36", "i=0; while [ $i -lt 3 ]; do echo line $i; i=$((i+1)); done; sleep 3600");
        run("web", "nginx:1.27");
        client.pods()
                .inNamespace("default")
                .resource(new PodBuilder(pod("two", "busybox:1.36", "echo first; sleep 3600")
                                .build())
                        .editSpec()
                        .addNewContainer()
                        .withName("b")
                        .withImage("nosuch.invalid/image:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        for (String name : new String[] {"talker", "web"}) {
            await("pod " + name + " ready")
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            client.pods().inNamespace("default").withName(name).isReady());
        }
        await("log of talker")
                .atMost(Duration.ofSeconds(30))
                .until(() -> resource("talker").getLog().contains("line 2"));
    }

    @AfterAll
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void log_is_read_whole_by_tail_and_by_bytes() {
        assertThat(resource("talker").getLog()).isEqualTo("line 0\nline 1\nline 2\n");
        assertThat(resource("talker").tailingLines(1).getLog()).isEqualTo("line 2\n");
        assertThat(resource("talker").limitBytes(4).getLog()).isEqualTo("line");
        assertThat(resource("talker").usingTimestamps().tailingLines(1).getLog())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z line 2\n");
    }

    @Test
    void log_can_be_followed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogWatch watch = resource("talker").tailingLines(2).watchLog(out)) {
            await("two lines").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            out.toString(StandardCharsets.UTF_8))
                    .isEqualTo("line 1\nline 2\n"));
        }
    }

    @Test
    void log_is_refused_in_the_words_of_the_real_one() {
        assertThatThrownBy(() -> resource("two").getLog())
                .hasMessageContaining("a container name must be specified for pod two, choose one of: [main b]");
        assertThatThrownBy(() -> resource("two").inContainer("zz").getLog())
                .hasMessageContaining("container zz is not valid for pod two");
        await("image pull refused").atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThatThrownBy(
                        () -> resource("two").inContainer("b").getLog())
                .hasMessageContaining(
                        "container \"b\" in pod \"two\" is waiting to start: trying and failing to pull image"));
        assertThatThrownBy(() -> resource("talker").terminated().getLog())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("previous terminated container \"main\" in pod \"talker\" not found");
    }

    @Test
    void command_has_streams_and_an_exit_code() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ExecWatch exec = resource("talker")
                .writingOutput(out)
                .writingError(err)
                .exec("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(exec.exitCode().get(10, TimeUnit.SECONDS)).isEqualTo(3);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    }

    @Test
    void standard_error_that_nobody_asked_for_is_thrown_away() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = resource("talker")
                .writingOutput(out)
                .exec("sh", "-c", "echo err >&2; echo out; echo err >&2; exit 4")) {
            assertThat(exec.exitCode().get(10, TimeUnit.SECONDS)).isEqualTo(4);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        try (ExecWatch exec =
                resource("talker").writingOutput(terminal).withTTY().exec("sh", "-c", "echo err >&2")) {
            assertThat(exec.exitCode().get(10, TimeUnit.SECONDS)).isZero();
        }
        assertThat(terminal.toString(StandardCharsets.UTF_8))
                .as("a terminal has one stream for both")
                .isEqualTo("err\r\n");
    }

    @Test
    void files_and_directories_are_copied_both_ways(@TempDir Path here) throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree/deep"));
        byte[] bytes = new byte[200_000];
        new Random(7).nextBytes(bytes);
        Files.write(tree.resolve("big"), bytes);
        Files.writeString(here.resolve("tree/small"), "a word\n");
        // A client that closes before it has the exit code may call an upload failed that was not.
        await("upload")
                .atMost(Duration.ofSeconds(20))
                .until(() -> resource("talker").dir("/tmp/copied").upload(here.resolve("tree")));
        await("upload")
                .atMost(Duration.ofSeconds(20))
                .until(() -> resource("talker").file("/tmp/alone").upload(here.resolve("tree/small")));
        assertThat(resource("talker").dir("/tmp/copied").copy(here.resolve("back")))
                .isTrue();
        assertThat(resource("talker").file("/tmp/alone").copy(here.resolve("alone")))
                .isTrue();
        assertThat(here.resolve("alone")).hasContent("a word\n");
        try (Stream<Path> all = Files.walk(here.resolve("back"))) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("big", "small");
            assertThat(files)
                    .filteredOn(file -> file.endsWith("deep/big"))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasBinaryContent(bytes));
        }
    }

    @Test
    void who_is_attached_learns_no_exit_code() throws Exception {
        for (int code : new int[] {0, 3}) {
            String name = "ends-with-" + code;
            run(name, "busybox:1.36", "read x; echo got $x; exit " + code);
            await(name).atMost(Duration.ofSeconds(20)).until(() -> resource(name)
                    .isReady());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ExecWatch attached =
                    resource(name).redirectingInput().writingOutput(out).attach()) {
                attached.getInput().write("it\n".getBytes(StandardCharsets.UTF_8));
                attached.getInput().flush();
                assertThat(attached.exitCode().get(10, TimeUnit.SECONDS)).isZero();
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("got it\n");
            assertThat(resource(name)
                            .waitUntilCondition(
                                    p -> p.getStatus()
                                                    .getContainerStatuses()
                                                    .get(0)
                                                    .getState()
                                                    .getTerminated()
                                            != null,
                                    20,
                                    TimeUnit.SECONDS)
                            .getStatus()
                            .getContainerStatuses()
                            .get(0)
                            .getState()
                            .getTerminated()
                            .getExitCode())
                    .isEqualTo(code);
        }
    }

    @Test
    void command_reads_standard_input() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec =
                resource("talker").redirectingInput().writingOutput(out).exec("sh", "-c", "read x; echo got $x")) {
            exec.getInput().write("a word\n".getBytes(StandardCharsets.UTF_8));
            exec.getInput().flush();
            assertThat(exec.exitCode().get(10, TimeUnit.SECONDS)).isZero();
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("got a word\n");
    }

    @Test
    void container_survives_who_was_attached_to_it() throws Exception {
        run("chatty", "busybox:1.36", "while true; do echo again; sleep 0.1; done");
        await("chatty ready").atMost(Duration.ofSeconds(20)).until(() -> resource("chatty")
                .isReady());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch attached = resource("chatty").writingOutput(out).attach()) {
            await("output").atMost(Duration.ofSeconds(30)).until(() -> out.toString(StandardCharsets.UTF_8)
                    .contains("again"));
        }
        int lines = resource("chatty").getLog().split("\n").length;
        await("goes on")
                .atMost(Duration.ofSeconds(30))
                .until(() -> resource("chatty").getLog().split("\n").length > lines + 3);
        assertThat(resource("chatty")
                        .get()
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getRestartCount())
                .isZero();
    }

    @Test
    void command_goes_on_without_its_caller() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExecWatch exec = resource("talker")
                .writingOutput(out)
                .exec(
                        "sh",
                        "-c",
                        "while echo line; do echo $? >> /tmp/codes; sleep 0.1; done; echo broken >> /tmp/codes");
        await("output").atMost(Duration.ofSeconds(30)).until(() -> out.toString(StandardCharsets.UTF_8)
                .contains("line"));
        exec.close();
        List<String> before = codes();
        await("goes on").atMost(Duration.ofSeconds(30)).until(() -> codes().size() > before.size() + 5);
        assertThat(codes()).as("exit codes of echo").containsOnly("0");
    }

    private List<String> codes() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = resource("talker").writingOutput(out).exec("cat", "/tmp/codes")) {
            exec.exitCode().get(10, TimeUnit.SECONDS);
        }
        return List.of(out.toString(StandardCharsets.UTF_8).split("\n"));
    }

    @Test
    void port_is_forwarded() throws Exception {
        try (LocalPortForward forward = resource("web").portForward(80)) {
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Welcome to nginx!");
        }
    }

    @Test
    void pod_is_reached_through_the_proxy() {
        assertThat(client.raw("/api/v1/namespaces/default/pods/web:80/proxy/")).contains("Welcome to nginx!");
        assertThatThrownBy(() -> client.raw("/api/v1/namespaces/default/pods/web:81/proxy/", "GET", null))
                .hasMessageContaining("error trying to reach service: dial tcp")
                .hasMessageContaining(":81: connect: connection refused");
    }

    private PodResource resource(String name) {
        return client.pods().inNamespace("default").withName(name);
    }

    private void run(String name, String image, String... script) {
        client.pods()
                .inNamespace("default")
                .resource(pod(name, image, script).build())
                .create();
    }

    private static PodBuilder pod(String name, String image, String... script) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .withStdin(script.length > 0 && script[0].startsWith("read"))
                .endContainer()
                .withRestartPolicy(script.length > 0 && script[0].startsWith("read") ? "Never" : "Always")
                .endSpec();
        if (script.length > 0) {
            return pod.editSpec()
                    .editFirstContainer()
                    .withCommand("sh", "-c", script[0])
                    .endContainer()
                    .endSpec();
        }
        return pod;
    }
}
