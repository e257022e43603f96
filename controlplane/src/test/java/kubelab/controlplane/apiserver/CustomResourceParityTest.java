package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.json.Json;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.node.ObjectNode;

/**
 * Custom resources, compared with what Kubernetes 1.34.4 answered to the same requests. With {@code -Dupdate} and KUBECONFIG
 * set, the answers are recorded from that cluster.
 */
class CustomResourceParityTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubelab/controlplane/apiserver/customresources")
            .toAbsolutePath();
    private static final boolean UPDATE = System.getProperty("update") != null;
    private static final Map<String, List<String>> recorded = new LinkedHashMap<>();

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static CustomResourceCases cases;

    @BeforeAll
    static void start() {
        if (UPDATE) {
            Config once = new ConfigBuilder(Config.autoConfigure(null))
                    .withRequestRetryBackoffLimit(0)
                    .build();
            client = new KubernetesClientBuilder().withConfig(once).build();
        } else {
            cluster = EmbeddedCluster.builder().nodes(1).start();
            client = cluster.client();
        }
        cases = new CustomResourceCases(client);
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            StringBuilder text = new StringBuilder();
            recorded.forEach((name, answers) -> {
                ObjectNode line = Json.object().put("scenario", name);
                answers.forEach(line.putArray("answers")::add);
                text.append(line).append('\n');
            });
            Files.writeString(FOLDER.resolve("answers.jsonl"), text);
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void is_answered_as_by_a_real_cluster(String name, ObjectNode scenario, List<String> expected) throws Exception {
        List<String> answers = cases.answers(scenario);
        if (UPDATE) {
            recorded.put(name, answers);
            return;
        }
        SoftAssertions all = new SoftAssertions();
        List<ObjectNode> steps = Json.objects(scenario, "steps");
        assertThat(expected).as("recorded answers").hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            String step = steps.get(i).toString();
            all.assertThat(answers.get(i))
                    .as("step %s: %s", i, step.substring(0, Math.min(200, step.length())))
                    .isEqualTo(expected.get(i));
        }
        all.assertAll();
    }

    static Stream<Arguments> all() throws IOException {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        if (!UPDATE) {
            for (String line : Files.readAllLines(FOLDER.resolve("answers.jsonl"))) {
                ObjectNode one = Json.parseObject(line);
                answers.put(Json.string(one, "scenario"), Json.strings(one, "answers"));
            }
        }
        List<Arguments> all = new ArrayList<>();
        for (ObjectNode scenario : Json.objects(cases(), "scenarios")) {
            String name = Json.string(scenario, "name");
            all.add(Arguments.of(name, scenario, answers.getOrDefault(name, List.of("not recorded"))));
        }
        return all.stream();
    }

    private static ObjectNode cases() {
        try {
            Object yaml = new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(FOLDER.resolve("cases.yaml")));
            return Json.MAPPER.valueToTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
