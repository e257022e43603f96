package kubelab.controlplane;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** What is in a cluster before anybody comes. */
final class Bootstrap {
    private Bootstrap() {}

    static void namespaces(KubernetesClient client) {
        for (String name : List.of("kube-system", "kube-public", "kube-node-lease", "default")) {
            client.namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .addToLabels("kubernetes.io/metadata.name", name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }
}
