package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Requests by path that do not wait for each other: Fabric8's {@code raw} sends one after another. */
public final class Requests {
    private final KubernetesClient client;

    public Requests(KubernetesClient client) {
        this.client = client;
    }

    public HttpRequest.Builder to(String path) {
        String master = client.getConfiguration().getMasterUrl();
        return client.getHttpClient().newHttpRequestBuilder().uri(URI.create(master.replaceFirst("/$", "") + path));
    }

    /** @return the answer, whatever its code */
    public CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return client.getHttpClient().sendAsync(request.build(), String.class);
    }

    /** What a refused request is told as: the server's own words. */
    public static KubernetesClientException refused(HttpResponse<String> response) {
        String body = response.body() == null ? "" : response.body();
        String message;
        try {
            message = Serialization.unmarshal(body, Status.class).getMessage();
        } catch (RuntimeException noStatus) {
            message = body;
        }
        return new KubernetesClientException(
                message == null || message.isBlank() ? "answered with code " + response.code() : message,
                response.code(),
                null);
    }
}
