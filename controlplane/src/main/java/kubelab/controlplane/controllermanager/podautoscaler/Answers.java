package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import kubelab.controlplane.controllermanager.loop.Requests;
import kubelab.controlplane.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Answers of the API and how a client tells of refusals: they end up in conditions and Events.
 *
 * <p>Source: k8s.io/client-go/rest/request.go and NewGenericServerResponse in k8s.io/apimachinery/pkg/api/errors, 1.34.
 */
final class Answers {
    private Answers() {}

    /** @throws Undecided when there is no answer at all */
    static HttpResponse<String> of(Requests requests, HttpRequest.Builder request) throws Undecided {
        try {
            return requests.send(request).join();
        } catch (CompletionException e) {
            throw new Undecided(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
        }
    }

    /**
     * @param resource e.g. {@code pods.metrics.k8s.io}
     * @param name empty for a list
     */
    static Undecided refused(HttpResponse<String> answer, String verb, String resource, String name) {
        String body = answer.body() == null ? "" : answer.body();
        try {
            JsonNode status = Json.parse(body.getBytes(StandardCharsets.UTF_8));
            if (Json.string(status, "kind").equals("Status")
                    && !Json.string(status, "message").isEmpty()) {
                return new Undecided(Json.string(status, "message"));
            }
        } catch (JacksonException noJson) {
            // a server that answers with plain text is told of by its code
        }
        String about = " (" + verb + " " + resource + (name.isEmpty() ? "" : " " + name) + ")";
        return new Undecided(words(answer.code(), body.strip()) + about);
    }

    private static String words(int code, String body) {
        return switch (code) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403 -> body;
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 409 -> "the server reported a conflict";
            case 429 -> "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 ->
                "the server was unable to return a response in the time allotted, but may still be processing the"
                        + " request";
            default ->
                code >= 500
                        ? "an error on the server (\"" + body + "\") has prevented the request from succeeding"
                        : "the server responded with the status code " + code + " but did not return more information";
        };
    }
}
