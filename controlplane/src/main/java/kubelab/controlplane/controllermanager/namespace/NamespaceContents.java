package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Whatever can be in a namespace, of every kind the API server knows at this moment, those of a learner included. */
final class NamespaceContents {
    private final KubernetesClient client;

    /** A kind of object, by the path of its collection. */
    record Kind(String groupVersion, String resource) {
        String path(String namespace) {
            return (groupVersion.contains("/") ? "/apis/" : "/api/") + groupVersion + "/namespaces/" + namespace + "/"
                    + resource;
        }

        /** As it is named in messages: {@code pods.}, {@code deployments.apps}. */
        String qualified() {
            int slash = groupVersion.indexOf('/');
            return resource + "." + (slash < 0 ? "" : groupVersion.substring(0, slash));
        }
    }

    NamespaceContents(KubernetesClient client) {
        this.client = client;
    }

    /** The kinds that live in namespaces and can be listed and deleted. */
    List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        collect("v1", kinds);
        for (APIGroup group : client.getApiGroups().getGroups()) {
            collect(group.getPreferredVersion().getGroupVersion(), kinds);
        }
        return kinds;
    }

    private void collect(String groupVersion, List<Kind> kinds) {
        APIResourceList resources = client.getApiResources(groupVersion);
        if (resources == null) {
            return;
        }
        for (APIResource resource : resources.getResources()) {
            if (Boolean.TRUE.equals(resource.getNamespaced())
                    && !resource.getName().contains("/")
                    && resource.getVerbs().contains("list")
                    && resource.getVerbs().contains("delete")) {
                kinds.add(new Kind(groupVersion, resource.getName()));
            }
        }
    }

    /** Deletes all objects of a kind; those with finalizers and Pods take their time. */
    void delete(Kind kind, String namespace) {
        try {
            client.raw(kind.path(namespace), "DELETE", null);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_BAD_METHOD) {
                list(kind, namespace)
                        .forEach(o -> client.raw(
                                kind.path(namespace) + "/" + o.getMetadata().getName(), "DELETE", null));
                return;
            }
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    List<GenericKubernetesResource> list(Kind kind, String namespace) {
        String json = client.raw(kind.path(namespace));
        if (json == null) {
            return List.of();
        }
        return Objects.requireNonNullElse(
                Serialization.unmarshal(json, GenericKubernetesResourceList.class)
                        .getItems(),
                List.of());
    }
}
