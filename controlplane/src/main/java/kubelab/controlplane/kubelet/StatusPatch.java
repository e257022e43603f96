package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.concurrent.CompletionException;

/**
 * A strategic merge patch in one request. Fabric8's own {@code patch} reads the object before, which would double what a
 * kubelet asks of the API server.
 */
final class StatusPatch {
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    private StatusPatch() {}

    /**
     * @param path e.g. {@code api/v1/namespaces/default/pods/web/status}
     * @return the object as it is now stored
     * @throws KubernetesClientException with the code of the answer, or without one when there was none
     */
    static String send(KubernetesClient client, String path, String body) {
        String master = client.getConfiguration().getMasterUrl();
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(master + (master.endsWith("/") ? "" : "/") + path))
                .method("PATCH", STRATEGIC, body)
                .header("User-Agent", "kubelet/v1.34.4")
                .build();
        HttpResponse<String> response;
        try {
            response = client.getHttpClient().sendAsync(request, String.class).join();
        } catch (CompletionException e) {
            throw new KubernetesClientException("patch of " + path + " was not answered", e);
        }
        if (!response.isSuccessful()) {
            throw new KubernetesClientException(
                    "patch of " + path + " was refused with code " + response.code(), response.code(), null);
        }
        return response.body();
    }
}
