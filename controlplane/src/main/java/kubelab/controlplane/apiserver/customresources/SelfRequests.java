package kubelab.controlplane.apiserver.customresources;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the API server asks of itself, as upstream's does over its loopback client: under its own user, in the audit trail. */
public final class SelfRequests {
    private static final User SELF = User.of("system:apiserver", User.MASTERS);
    private static final Map<String, List<String>> HEADERS =
            Map.of("user-agent", List.of("kube-apiserver/v1.34"), "content-type", List.of("application/json"));
    private static final String API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

    private final Function<ApiRequest, ApiResponse> server;

    public SelfRequests(Function<ApiRequest, ApiResponse> server) {
        this.server = server;
    }

    /** Writes; a conflict or an object that has gone is left to the look that their change brings. */
    public void put(String path, ObjectNode object) {
        ask("PUT", path, object, 409, 404);
    }

    /** Source: pkg/controlplane/controller/crdregistration and kube-aggregator's autoregister (1.34). */
    void createApiService(String group, String version) {
        ObjectNode service = Json.object();
        service.put("apiVersion", "apiregistration.k8s.io/v1").put("kind", "APIService");
        ObjectNode metadata = service.putObject("metadata").put("name", version + "." + group);
        metadata.putObject("labels").put("kube-aggregator.kubernetes.io/automanaged", "true");
        service.putObject("spec")
                .put("group", group)
                .put("groupPriorityMinimum", 1000)
                .put("version", version)
                .put("versionPriority", 100);
        ask("POST", API_SERVICES, service, 409);
    }

    void deleteApiService(String group, String version) {
        ask("DELETE", API_SERVICES + "/" + version + "." + group, null, 404);
    }

    private int ask(String method, String path, @Nullable ObjectNode body, int... alsoFine) {
        byte[] bytes = body == null ? new byte[0] : Json.bytes(body);
        ApiResponse response = server.apply(ApiRequest.of(method, path, HEADERS, bytes, false, SELF));
        int code = response.code();
        for (int fine : alsoFine) {
            if (code == fine) {
                return code;
            }
        }
        if (code >= 300) {
            String said = response instanceof ApiResponse.Full full
                    ? new String(full.body(), java.nio.charset.StandardCharsets.UTF_8)
                    : "";
            throw new IllegalStateException(method + " " + path + " was answered with " + code + ": " + said);
        }
        return code;
    }
}
