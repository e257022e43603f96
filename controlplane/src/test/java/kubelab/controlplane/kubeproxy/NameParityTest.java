package kubelab.controlplane.kubeproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.EmbeddedCluster;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * What commands in a Pod say about names and Services, beside what they said on a real cluster (1.34.4). Recorded anew
 * with {@code -Dupdate=names} and a KUBECONFIG of a real cluster. Answers to the two questions of one nslookup come in
 * either order there, and addresses are others: lines are compared in order of the alphabet, without numbers.
 */
class NameParityTest {
    private static final String NAMESPACE = "names";
    private static final String FILE = "names.txt";

    @Test
    void commands_say_what_they_say_in_a_real_cluster() throws Exception {
        if ("names".equals(System.getProperty("update"))) {
            try (KubernetesClient real = new KubernetesClientBuilder().build()) {
                record(answers(real, recorded().keySet().stream().toList()));
            }
            return;
        }
        Map<String, String> there = recorded();
        assertThat(there).hasSizeGreaterThan(50).doesNotContainValue("");
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(2).start()) {
            Map<String, String> here =
                    answers(cluster.client(), there.keySet().stream().toList());
            SoftAssertions all = new SoftAssertions();
            there.forEach((command, answer) ->
                    all.assertThat(here.get(command)).as(command).isEqualTo(answer));
            all.assertAll();
        }
    }

    private static Map<String, String> answers(KubernetesClient client, List<String> commands) throws Exception {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        try {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.serviceAccounts()
                                    .inNamespace(NAMESPACE)
                                    .withName("default")
                                    .get()
                            != null);
            String objects = read("objects.yaml").replace("NAMESPACE", NAMESPACE);
            client.load(new ByteArrayInputStream(objects.getBytes(StandardCharsets.UTF_8)))
                    .inNamespace(NAMESPACE)
                    .create();
            for (String pod : List.of("one", "two", "client")) {
                client.pods()
                        .inNamespace(NAMESPACE)
                        .withName(pod)
                        .waitUntilCondition(
                                p -> p.getStatus() != null
                                        && p.getStatus().getConditions().stream()
                                                .anyMatch(c -> c.getType().equals("Ready")
                                                        && c.getStatus().equals("True")),
                                60,
                                TimeUnit.SECONDS);
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> answer(
                            client,
                            "wget -q -O - -T 2 http://web/hostname; nslookup two.web." + NAMESPACE
                                    + ".svc.cluster.local")
                    .matches("(?s).*Address: POD.*exit 0"));
            Map<String, String> answers = new LinkedHashMap<>();
            for (String command : commands) {
                answers.put(command, answer(client, command));
            }
            return answers;
        } finally {
            client.namespaces().withName(NAMESPACE).delete();
        }
    }

    private static String answer(KubernetesClient client, String command) throws Exception {
        String script = "N=" + NAMESPACE + "; D=$N.svc.cluster.local; " + command;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .inNamespace(NAMESPACE)
                .withName("client")
                .writingOutput(out)
                .exec("sh", "-c", "(" + script + ") 2>&1")) {
            int code = exec.exitCode().get(30, TimeUnit.SECONDS);
            String text = out.toString(StandardCharsets.UTF_8)
                    .replaceAll("10\\.43\\.\\d+\\.\\d+", "SERVICE")
                    .replaceAll("10\\.42\\.\\d+\\.\\d+", "POD")
                    .replaceAll("10-42-\\d+-\\d+", "POD");
            List<String> lines = text.lines().filter(l -> !l.isBlank()).sorted().toList();
            return (String.join("\n", lines) + "\nexit " + code).strip();
        }
    }

    private static void record(Map<String, String> answers) throws Exception {
        StringBuilder text = new StringBuilder();
        answers.forEach((command, answer) ->
                text.append("$ ").append(command).append('\n').append(answer).append('\n'));
        String folder = NameParityTest.class.getPackageName().replace('.', '/');
        Files.writeString(Path.of("src/test/resources", folder, FILE), text.toString());
    }

    /** Command → what it said. */
    private static Map<String, String> recorded() throws Exception {
        Map<String, String> all = new LinkedHashMap<>();
        String command = "";
        for (String line : read(FILE).lines().toList()) {
            if (line.startsWith("$ ")) {
                command = line.substring(2);
                all.put(command, "");
            } else {
                all.merge(command, line, (before, more) -> before.isEmpty() ? more : before + "\n" + more);
            }
        }
        return all;
    }

    private static String read(String file) throws Exception {
        try (InputStream in = NameParityTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
