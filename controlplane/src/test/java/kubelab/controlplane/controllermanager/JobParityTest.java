package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs with their policies, compared with what Kubernetes 1.34.4 made of the same. With {@code -Dupdate} and KUBECONFIG
 * set, the answers are recorded from that cluster.
 */
class JobParityTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubelab/controlplane/controllermanager/jobs")
            .toAbsolutePath();
    private static final boolean UPDATE = System.getProperty("update") != null;
    private static final Map<String, List<String>> recorded = new LinkedHashMap<>();

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static JobCases cases;

    @BeforeAll
    static void start() {
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
            cases = new JobCases(client, () -> {});
            return;
        }
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
        cases = new JobCases(client, JobParityTest::second);
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            StringBuilder text = new StringBuilder("# Recorded from a real cluster by JobParityTest -Dupdate.\n");
            recorded.forEach((name, answers) -> {
                text.append(quoted(name)).append(":\n");
                answers.forEach(a -> text.append("- ").append(quoted(a)).append('\n'));
            });
            Files.writeString(FOLDER.resolve("answers.yaml"), text);
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void ends_as_on_a_real_cluster(String name, Map<String, Object> test, List<String> expected) {
        List<String> answers = cases.answers(test);
        if (UPDATE) {
            recorded.put(name, answers);
        } else {
            assertThat(answers).as(name).isEqualTo(expected);
        }
    }

    @SuppressWarnings("unchecked")
    static Stream<Arguments> all() {
        Map<String, List<String>> answers =
                UPDATE ? Map.of() : (Map<String, List<String>>) yaml("answers.yaml", Map.class);
        List<Arguments> all = new ArrayList<>();
        for (Object one : yaml("cases.yaml", List.class)) {
            Map<String, Object> test = (Map<String, Object>) one;
            String name = (String) test.get("name");
            all.add(Arguments.of(name, test, answers.getOrDefault(name, List.of("not recorded"))));
        }
        return all.stream();
    }

    /** Back-offs and deadlines are not waited for. */
    private static void second() {
        try {
            cluster.advance(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the clock moved", e);
        }
    }

    private static <T> T yaml(String file, Class<T> type) {
        try {
            return Serialization.unmarshal(Files.readString(FOLDER.resolve(file)), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
