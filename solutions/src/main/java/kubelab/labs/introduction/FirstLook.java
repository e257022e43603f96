package kubelab.labs.introduction;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import kubelab.labkit.QuestionExercise;

/** introduction-1: the cluster's version and nodes, and where one Pod runs. */
public class FirstLook implements QuestionExercise<Map<String, Object>> {
    @Override
    public Map<String, Object> answer(KubernetesClient client, String namespace) {
        Map<String, Object> facts = new TreeMap<>();
        // tag::solution[] cluster
        // starter: // TODO introduction-1: version and nodes
        facts.put("version", client.getKubernetesVersion().getGitVersion());
        facts.put(
                "nodes",
                client.nodes().list().getItems().stream()
                        .map(node -> node.getMetadata().getName())
                        .toList());
        // end::solution[]
        // tag::solution[] pod
        // starter: // TODO introduction-1: pod, node and runtime. As in: facts.put("pod", "its name");
        Pod pod = client.pods().inNamespace(namespace).list().getItems().get(0);
        facts.put("pod", pod.getMetadata().getName());
        facts.put("node", pod.getSpec().getNodeName());
        Node node = client.nodes().withName(pod.getSpec().getNodeName()).get();
        facts.put("runtime", node.getStatus().getNodeInfo().getContainerRuntimeVersion());
        // end::solution[]
        return facts;
    }
}
