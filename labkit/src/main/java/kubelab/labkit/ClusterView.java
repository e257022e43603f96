package kubelab.labkit;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * A cluster as it was at one moment; {@link Lab#show} draws it. Read one kind after the other, so that an object which
 * changes meanwhile may be seen in two states.
 *
 * @param namespace the one whose Pods and Services are drawn in full
 * @param pods of all namespaces
 */
public record ClusterView(
        String namespace, List<Node> nodes, List<Pod> pods, List<Service> services, List<EndpointSlice> endpoints) {
    public ClusterView {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        services = List.copyOf(services);
        endpoints = List.copyOf(endpoints);
    }

    public static ClusterView of(KubernetesClient client, String namespace) {
        return new ClusterView(
                namespace,
                client.nodes().list().getItems(),
                client.pods().inAnyNamespace().list().getItems(),
                client.services().inNamespace(namespace).list().getItems(),
                client.discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(namespace)
                        .list()
                        .getItems());
    }
}
