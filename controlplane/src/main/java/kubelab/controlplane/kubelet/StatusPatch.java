package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.concurrent.CompletionException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * A strategic merge patch in one request. Fabric8's own {@code patch} reads the object before, which would double what a
 * kubelet asks of the API server.
 */
final class StatusPatch {
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    private static final JsonMapper JSON = JsonMapper.shared();

    private StatusPatch() {}

    /**
     * @param path e.g. {@code api/v1/namespaces/default/pods/web/status}
     * @return the resource version of the object as it is now stored
     * @throws KubernetesClientException with the code of the answer, or without one when there was none
     */
    static long send(KubernetesClient client, String path, String body) {
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
        return version(response.body());
    }

    /** Reads no further than it must: the rest of the object is what was sent. */
    private static long version(String object) {
        try (JsonParser parser = JSON.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("resourceVersion")) {
                    return Long.parseLong(parser.getString());
                }
                if (!name.equals("metadata")) {
                    parser.skipChildren();
                }
            }
        }
        throw new KubernetesClientException("an object without a resource version: " + object);
    }
}
