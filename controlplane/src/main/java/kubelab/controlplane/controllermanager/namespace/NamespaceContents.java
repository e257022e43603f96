package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kubelab.controlplane.controllermanager.loop.Requests;
import kubelab.controlplane.controllermanager.namespace.NamespacedKinds.Kind;

/** Deletes what is in a namespace: all kinds side by side, and whatever one of them fails by stops no other. */
final class NamespaceContents {
    private static final String METADATA_ONLY =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private static final String BACKGROUND =
            "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\"}";

    private final Requests requests;

    /**
     * @param objects qualified kind → what is still there: objects with finalizers and Pods take their time
     * @param errors what some kinds failed by; of those it is not known what is left
     */
    record Left(Map<String, List<GenericKubernetesResource>> objects, List<String> errors) {
        boolean isNothing() {
            return objects.isEmpty() && errors.isEmpty();
        }
    }

    NamespaceContents(KubernetesClient client) {
        requests = new Requests(client);
    }

    Left empty(String namespace, List<Kind> kinds) {
        Map<Kind, CompletableFuture<List<GenericKubernetesResource>>> all = new LinkedHashMap<>();
        kinds.forEach(kind -> all.put(kind, empty(namespace, kind)));
        Map<String, List<GenericKubernetesResource>> remaining = new TreeMap<>();
        List<String> errors = new ArrayList<>();
        all.forEach((kind, deleted) -> {
            try {
                List<GenericKubernetesResource> left = deleted.join();
                if (!left.isEmpty()) {
                    remaining.put(kind.qualified(), left);
                }
            } catch (CompletionException e) {
                errors.add(String.valueOf(
                        Objects.requireNonNullElse(e.getCause(), e).getMessage()));
            }
        });
        return new Left(remaining, errors);
    }

    /** @return what is left; nearly all kinds have nothing in a namespace, so to look first is less work */
    private CompletableFuture<List<GenericKubernetesResource>> empty(String namespace, Kind kind) {
        String path = kind.path(namespace);
        return list(path)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(found)
                        : delete(path, found).thenCompose(done -> list(path)));
    }

    private CompletableFuture<List<GenericKubernetesResource>> list(String path) {
        return requests.send(requests.to(path).header("Accept", METADATA_ONLY)).thenApply(response -> {
            if (response.code() == HttpURLConnection.HTTP_NOT_FOUND) {
                return List.of(); // the kind itself has gone
            }
            return Objects.requireNonNullElse(
                    Serialization.unmarshal(accepted(response).body(), GenericKubernetesResourceList.class)
                            .getItems(),
                    List.of());
        });
    }

    private CompletableFuture<?> delete(String path, List<GenericKubernetesResource> found) {
        return deleteAt(path).thenCompose(response -> {
            if (response.code() != HttpURLConnection.HTTP_BAD_METHOD) {
                gone(response);
                return CompletableFuture.completedFuture(null);
            }
            // A kind whose collection cannot be deleted as a whole.
            return CompletableFuture.allOf(found.stream()
                    .map(object -> deleteAt(path + "/" + object.getMetadata().getName())
                            .thenAccept(NamespaceContents::gone))
                    .toArray(CompletableFuture[]::new));
        });
    }

    private CompletableFuture<HttpResponse<String>> deleteAt(String path) {
        return requests.send(requests.to(path).delete("application/json", BACKGROUND));
    }

    private static void gone(HttpResponse<String> response) {
        if (response.code() != HttpURLConnection.HTTP_NOT_FOUND) {
            accepted(response);
        }
    }

    private static HttpResponse<String> accepted(HttpResponse<String> response) {
        if (!response.isSuccessful()) {
            throw Requests.refused(response);
        }
        return response;
    }
}
