package kubelab.controlplane.apiserver.aggregator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks an APIService's server which resources it serves: by aggregated discovery, or, where it has none, by the list of
 * its group and version.
 *
 * <p>Source: k8s.io/kube-aggregator/pkg/apiserver/handler_discovery.go (1.34). Simplified: v2beta1 of aggregated discovery
 * is not asked for; each APIService asks for itself, also where several have one server.
 */
final class RemoteDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteDiscovery.class);
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final int UNAVAILABLE = 503;

    private final ProxyHandler proxy;

    RemoteDiscovery(ProxyHandler proxy) {
        this.proxy = proxy;
    }

    /** @return its resources in the form of aggregated discovery; empty when the server does not say */
    Optional<ArrayNode> resources(RemoteApi api) {
        ApiResponse.Full all = get(api, "/apis", AGGREGATED + "," + AGGREGATED.replace("v=v2;", "v=v2beta1;"));
        try {
            if (all.code() == 200 && isAggregated(all)) {
                return Optional.of(RemoteResources.checked(find(api, Json.parseObject(all.body()))));
            }
            if (all.code() == UNAVAILABLE) {
                return Optional.empty();
            }
            ApiResponse.Full own = get(api, api.path(), "application/json");
            if (own.code() == 200) {
                return Optional.of(RemoteResources.checked(LegacyResources.aggregated(Json.parseObject(own.body()))));
            }
            LOG.debug("{}: {}", api.name(), new String(own.body(), StandardCharsets.UTF_8));
        } catch (JacksonException | IllegalArgumentException | ClassCastException unreadable) {
            LOG.debug("{} describes itself in no JSON", api.name(), unreadable);
        }
        return Optional.empty();
    }

    private ApiResponse.Full get(RemoteApi api, String path, String accept) {
        ApiRequest request = ApiRequest.of(
                "GET", path, Map.of("accept", List.of(accept)), new byte[0], false, Availability.AGGREGATOR);
        ApiResponse response = proxy.handle(api, request, RequestInfo.of(request), Availability.AGGREGATOR, "");
        return response instanceof ApiResponse.Full full
                ? full
                : (ApiResponse.Full) ProxyHandler.error(UNAVAILABLE, "no whole answer");
    }

    private static boolean isAggregated(ApiResponse.Full answer) {
        String type = Backend.header(answer.headers(), "Content-Type");
        return type.contains("as=APIGroupDiscoveryList") && type.contains("v=v2") && !type.contains("v2beta1");
    }

    /** Of a group version that the document does not have, nothing is served. */
    private static ArrayNode find(RemoteApi api, ObjectNode document) {
        for (ObjectNode group : Json.objects(document, "items")) {
            if (Json.string(group, "metadata", "name").equals(api.group())) {
                for (ObjectNode version : Json.objects(group, "versions")) {
                    if (Json.string(version, "version").equals(api.version())) {
                        return RemoteResources.list(version, "resources");
                    }
                }
            }
        }
        return Json.array();
    }
}
