package kubelab.app.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

/** {@code lab.run(…)} with classes that cells define. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ComponentInNotebookTest {
    private static final String SCHEDULER = """
            class Last implements PodScheduler {
                public boolean filter(PodInfo pod, NodeInfo node) {
                    return node.taints().isEmpty() && node.allocatable().cpuMillis() > pod.cpuMillis();
                }
                public int score(PodInfo pod, NodeInfo node) {
                    return node.name().equals("NODE") ? 100 : 1;
                }
            }
            var loop = lab.run(new Last());
            """;
    private static final String CREATE = """
            void pod(String name) throws Exception {
                lab.client().pods().inNamespace(lab.namespace()).resource(new PodBuilder()
                    .withNewMetadata().withName(name).addToLabels("app", "web").endMetadata()
                    .withNewSpec().withSchedulerName("my-scheduler").addNewContainer().withName("web")
                    .withImage("registry.k8s.io/e2e-test-images/agnhost:2.53")
                    .withArgs("netexec", "--http-port=8080", "--udp-port=-1")
                    .endContainer().endSpec().build()).create();
                lab.client().pods().inNamespace(lab.namespace()).withName(name)
                    .waitUntilCondition(p -> p != null && p.getSpec().getNodeName() != null
                        && p.getStatus().getConditions().stream().anyMatch(
                            c -> c.getType().equals("Ready") && c.getStatus().equals("True")), 30, TimeUnit.SECONDS);
            }
            String node(String name) {
                return lab.client().pods().inNamespace(lab.namespace()).withName(name).get().getSpec().getNodeName();
            }
            """;
    private static final String BALANCER = """
            class One implements TcpLoadBalancer {
                volatile List<EndpointSlice> slices = List.of();
                public void endpoints(List<EndpointSlice> now) { slices = now; }
                public void serve(Connection client, Dialer dialer) throws IOException {
                    var slice = slices.get(0);
                    var backend = dialer.dial(slice.endpoints().get(0).addresses().get(0), slice.ports().get(0).port());
                    byte[] buffer = new byte[4096];
                    int n = client.in().read(buffer);
                    backend.out().write(buffer, 0, n);
                    backend.in().transferTo(client.out());
                }
            }
            var balancer = lab.run(new One(), "web");
            """;

    @TempDir
    private Path folder;

    @Test
    void a_scheduler_and_a_balancer_of_a_cell_do_their_work_and_the_newest_replaces_the_one_before() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withNodes(3))) {
            Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
            Map<String, String> cells = new LinkedHashMap<>();
            cells.put("open", "lab = Lab.open(\"topic\");\n" + CREATE);
            cells.put("first", SCHEDULER.replace("NODE", "worker1"));
            cells.put("one", "pod(\"one\");\nnode(\"one\")");
            cells.put("second", SCHEDULER.replace("NODE", "worker2"));
            cells.put("two", "pod(\"two\");\nnode(\"two\")");
            cells.put(
                    "service",
                    "lab.client().services().inNamespace(lab.namespace()).resource(new ServiceBuilder()"
                            + ".withNewMetadata().withName(\"web\").endMetadata().withNewSpec()"
                            + ".addToSelector(\"app\", \"web\").addNewPort().withPort(80).withNewTargetPort(8080)"
                            + ".endPort().endSpec().build()).create();\n"
                            + "for (int i = 0; i < 100 && lab.client().discovery().v1().endpointSlices()"
                            + ".inNamespace(lab.namespace()).list().getItems().stream()"
                            + ".noneMatch(s -> s.getEndpoints() != null && s.getEndpoints().size() == 2); i++)"
                            + " Thread.sleep(50);");
            cells.put("balancer", BALANCER);
            cells.put(
                    "ask",
                    "String answer;\ntry (var socket = new java.net.Socket(\"127.0.0.1\", balancer.port())) {\n"
                            + "  socket.getOutputStream().write(\"GET /hostname HTTP/1.1\\r\\nHost: web\\r\\nConnection: close\\r\\n\\r\\n\""
                            + ".getBytes());\n  answer = new String(socket.getInputStream().readAllBytes());\n}\n"
                            + "answer.lines().reduce((a, b) -> b).get()");
            cells.put("close", "lab.close();");
            NotebookResult result = new NotebookRunner(
                            Map.of(
                                    LabOpener.KUBECONFIG,
                                    kubeconfig.toString(),
                                    LabOpener.PROVIDER,
                                    "embedded",
                                    LabOpener.CHECK,
                                    "later"),
                            id -> Optional.empty(),
                            folder.resolve("out"))
                    .run(notebook(cells), cell -> {});
            assertThat(result.ok()).as(result.cells() + result.ended()).isTrue();
            assertThat(output(result, 2)).contains("worker1");
            assertThat(output(result, 4))
                    .as("the second scheduler has taken over")
                    .contains("worker2");
            assertThat(output(result, 7)).containsAnyOf("one", "two");
        }
    }

    private static String output(NotebookResult result, int cell) {
        return result.cells().get(cell).outputs().toString();
    }

    private Path notebook(Map<String, String> cells) throws Exception {
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
        return Files.writeString(folder.resolve("42-topic.ipynb"), notebook.toString());
    }
}
