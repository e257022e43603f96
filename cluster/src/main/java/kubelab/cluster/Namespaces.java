package kubelab.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Namespaces that are this run's: labelled, so that all of them, and no others, are removed at the end. */
final class Namespaces {
    static final String RUN = "kubelab.dev/run";
    static final String MANAGED = "app.kubernetes.io/managed-by";

    /** One value a process and start, so that two runs in one cluster never take the other's. */
    static final String RUN_ID =
            ProcessHandle.current().pid() + "-" + ProcessIdentity.self().start();

    private Namespaces() {}

    static String create(KubernetesClient client, String prefix, Map<String, String> labels) {
        Map<String, String> all = new HashMap<>(labels);
        all.put(RUN, RUN_ID);
        all.put(MANAGED, "kubelab");
        Namespace made = client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .withLabels(all)
                        .withAnnotations(ProcessIdentity.self().labels())
                        .endMetadata()
                        .build())
                .create();
        String name = made.getMetadata().getName();
        // Without it, the first Pod of the namespace is refused.
        new Readiness(client, Duration.ofSeconds(30), Progress.SILENT).defaultServiceAccount(name);
        return name;
    }

    static void delete(KubernetesClient client, String name) {
        try {
            client.namespaces().withName(name).delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409) {
                throw e;
            }
        }
    }

    static void deleteAll(KubernetesClient client) {
        client.namespaces()
                .withLabel(RUN, RUN_ID)
                .list()
                .getItems()
                .forEach(n -> delete(client, n.getMetadata().getName()));
    }

    /** Removes what a killed run left behind; what a living one owns stays. */
    static void deleteOrphans(KubernetesClient client) {
        client.namespaces().withLabel(RUN).list().getItems().stream()
                .map(Namespace::getMetadata)
                .filter(m -> m.getAnnotations() != null
                        && ProcessIdentity.fromLabels(m.getAnnotations())
                                .map(ProcessIdentity::isDead)
                                .orElse(false))
                .forEach(m -> delete(client, m.getName()));
    }
}
