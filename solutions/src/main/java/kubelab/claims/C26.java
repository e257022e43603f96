package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.TreeSet;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C26: a Pod is the smallest deployable unit. The API server has no resource for a container on its own. */
public final class C26 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, "Container");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, "Pod");
    }

    // tag::proof[]
    /** Walks through every API group and version and looks for a resource of this kind. */
    private Evidence probe(KubernetesClient client, String kind) {
        var kinds = new TreeSet<String>();
        client.getApiResources("v1").getResources().forEach(r -> kinds.add(r.getKind()));
        for (var group : client.getApiGroups().getGroups()) {
            for (var version : group.getVersions()) {
                var list = client.getApiResources(version.getGroupVersion());
                if (list != null) list.getResources().forEach(r -> kinds.add(r.getKind()));
            }
        }
        return Evidence.of(
                !kinds.contains(kind),
                "no API group serves the kind " + kind,
                kinds.size() + " kinds are served; " + kind + (kinds.contains(kind) ? " is" : " is not")
                        + " one of them",
                "asked the API server for its groups and versions",
                "collected the kind of every resource they serve");
    }
    // end::proof[]
}
