package kubelab.app.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kubelab.app.notebook.CellResult;
import kubelab.app.notebook.NotebookResult;
import kubelab.app.notebook.NotebookRunner;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a cell can say without helpers of its own. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CellCommandsTest {
    private static final String POD = """
            lab.start(\"""
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME, labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 0
                  nodeSelector: {kubernetes.io/os: OS}
                  initContainers:
                  - {name: first, image: "busybox:1.36", command: [echo, early], resources: {requests: {cpu: 300m}}}
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "echo hello; sleep 3600"]
                    resources: {requests: {cpu: 200m}}
                \""").getMetadata().getUid()
            """;
    private static final String NODE = """
            "taints: " + ((Node) lab.start(\"""
                apiVersion: v1
                kind: Node
                metadata: {name: hollow}
                spec: {taints: [{key: only, effect: NoSchedule}]}
                status: {conditions: [{type: Ready, status: "True"}]}
                \""")).getSpec().getTaints().stream().map(t -> t.getKey()).toList()
            """;
    private static final String SERVICE = """
            apply(\"""
                apiVersion: v1
                kind: Service
                metadata: {name: here}
                spec: {selector: {app: here}, ports: [{port: 80}]}
                \""");
            """;
    private static final String PROOF = """
            class BarePodsAreNotReplaced implements Proof {
                public Evidence prove(KubernetesClient client, String namespace) {
                    return Evidence.of(WELL, "gone", "seen " + namespace);
                }
                public Evidence falsify(KubernetesClient client, String namespace) {
                    return Evidence.of(!WELL, "gone", "a successor");
                }
            }
            """;

    @TempDir
    private Path folder;

    private final Map<String, String> cells = new LinkedHashMap<>();

    @Test
    void a_cell_applies_starts_asks_and_reads_without_helpers_of_its_own() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded())) {
            cells.put("open", "lab = Lab.open(\"topic\");");
            cells.put("start", POD.replace("NAME", "here").replace("OS", "linux"));
            cells.put("again", POD.replace("NAME", "here").replace("OS", "linux"));
            cells.put("outcome", "outcome(\"here\")");
            cells.put("log", "log(\"here\") + log(\"here\", \"first\")");
            cells.put("shell", "exec(\"here\", \"echo $((40 + 2)); exit 3\")");
            cells.put("words", "exec(\"here\", \"echo\", \"$HOME\")");
            cells.put(
                    "requested", "lab.requested(lab.pods().withName(\"here\").get().getSpec().getNodeName(), \"cpu\")");
            cells.put("restarts", "lab.restarts(lab.pods().withName(\"here\").get())");
            cells.put("service", SERVICE);
            cells.put("endpoints", "lab.endpoints(\"here\", 1)");
            cells.put("no-endpoints", "lab.endpoints(\"nothing\", 0)");
            cells.put("nowhere", POD.replace("NAME", "nowhere").replace("OS", "windows"));
            cells.put("refused", "outcome(\"nowhere\")");
            String map = "lab.apply(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: m}\\ndata: {a: '%d'}\")"
                    + ".getMetadata().getGeneration() == null";
            cells.put("apply", map.formatted(1));
            cells.put("apply-again", map.formatted(2));
            cells.put("data", "lab.client().configMaps().inNamespace(lab.namespace()).withName(\"m\").get().getData()");
            cells.put("silent", "apply(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: n}\");");
            cells.put("node", NODE);
            cells.put("node-again", NODE);
            cells.put("ask", "guess(\"Which?\", \"one\", \"two\");");
            cells.put("guess", "guess(2, \"Which?\", \"one\", \"two\");");
            cells.put("proof", PROOF.replace("WELL", "true"));
            cells.put("prove", "prove(new BarePodsAreNotReplaced());");
            cells.put("falsify", "falsify(new BarePodsAreNotReplaced());");
            NotebookResult result = run(cluster);
            assertThat(result.ok()).as(result.cells() + result.ended()).isTrue();
            assertThat(output(result, "start")).isNotEqualTo(output(result, "again"));
            assertThat(output(result, "outcome")).contains("on server");
            assertThat(output(result, "log")).contains("helloearly");
            assertThat(output(result, "shell")).contains("42", "(exit code 3)");
            assertThat(output(result, "words")).contains("$HOME");
            assertThat(output(result, "requested")).contains("0.3");
            assertThat(output(result, "restarts")).contains("0");
            assertThat(output(result, "endpoints")).contains("1 of 1 ready");
            assertThat(output(result, "no-endpoints")).contains("0 of 0 ready");
            assertThat(output(result, "refused")).contains("didn't match Pod's node affinity/selector");
            assertThat(output(result, "data")).contains("a=2");
            assertThat(output(result, "silent")).as("no object is printed").isEqualTo("[]");
            assertThat(output(result, "node")).contains("taints: [only]");
            assertThat(output(result, "node-again")).contains("taints: [only]");
            assertThat(output(result, "ask")).contains("Which?", "1. one", "Put the number of your guess in front");
            assertThat(output(result, "guess")).contains("→ 2. two", "Your guess: 2.");
            assertThat(output(result, "prove")).contains("✔ shown: A bare Pod that", "seen topic");
            assertThat(output(result, "falsify"))
                    .contains("✔ The probe can fail: it does when the deleted", "It saw: a successor");
        }
    }

    @Test
    void a_proof_that_shows_nothing_fails_its_cell() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded())) {
            cells.put("open", "lab = Lab.open(\"topic\");");
            cells.put("proof", PROOF.replace("WELL", "false"));
            cells.put("prove", "prove(new BarePodsAreNotReplaced());");
            cells.put("falsify", "falsify(new BarePodsAreNotReplaced());");
            NotebookResult result = run(cluster);
            assertThat(result.broken()).extracting(CellResult::id).containsExactly("prove", "falsify");
            assertThat(output(result, "prove")).contains("✘ not shown");
            assertThat(output(result, "falsify")).contains("✘ The probe did not fail");
        }
    }

    private NotebookResult run(Cluster cluster) throws Exception {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
        ObjectNode notebook = new JsonMapper().createObjectNode();
        notebook.put("nbformat", 4).put("nbformat_minor", 5).putObject("metadata");
        ArrayNode all = notebook.putArray("cells");
        cells.forEach((id, source) -> {
            ObjectNode cell = all.addObject();
            cell.put("cell_type", "code").put("id", id).put("source", source);
            cell.putNull("execution_count");
            cell.putArray("outputs");
            cell.putObject("metadata").putArray("tags");
        });
        return new NotebookRunner(
                        Map.of(
                                LabOpener.KUBECONFIG,
                                kubeconfig.toString(),
                                LabOpener.PROVIDER,
                                "embedded",
                                LabOpener.CHECK,
                                "later"),
                        id -> Optional.empty(),
                        folder.resolve("out"))
                .run(Files.writeString(folder.resolve("42-topic.ipynb"), notebook.toString()), cell -> {});
    }

    private static String output(NotebookResult result, String cell) {
        return result.cells().stream()
                .filter(c -> c.id().equals(cell))
                .findFirst()
                .orElseThrow()
                .outputs()
                .toString();
    }
}
