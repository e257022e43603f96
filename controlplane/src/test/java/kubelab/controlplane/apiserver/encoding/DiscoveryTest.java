package kubelab.controlplane.apiserver.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kubelab.controlplane.apiserver.discovery.Discovery;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Discovery of the served resources, compared with what a Kubernetes 1.34 API server says of them. */
class DiscoveryTest {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ResourceRegistry registry = new ResourceRegistry();
    private final Discovery discovery = new Discovery(registry);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/v1",
                "apis/apps/v1",
                "apis/batch/v1",
                "apis/autoscaling/v1",
                "apis/autoscaling/v2",
                "apis/policy/v1",
                "apis/networking.k8s.io/v1",
                "apis/storage.k8s.io/v1",
                "apis/coordination.k8s.io/v1",
                "apis/discovery.k8s.io/v1",
                "apis/events.k8s.io/v1",
                "apis/rbac.authorization.k8s.io/v1",
                "apis/scheduling.k8s.io/v1",
                "apis/authentication.k8s.io/v1",
                "apis/authorization.k8s.io/v1",
                "apis/apiextensions.k8s.io/v1",
                "apis/apiregistration.k8s.io/v1"
            })
    void a_group_version_lists_what_the_real_server_lists(String path) throws IOException {
        ObjectNode expected = recording(path.replace('/', '_') + ".json");
        expected.path("resources").forEach(resource -> ((ObjectNode) resource).remove("storageVersionHash"));

        JsonNode answer = get("/" + path, "application/json");

        assertThat(answer).as(path).isEqualTo(expected);
    }

    @Test
    void groups_come_in_the_order_of_the_real_server() throws IOException {
        ObjectNode expected = recording("apis.json");
        keep((ArrayNode) expected.path("groups"), "/name");

        assertThat(get("/apis", "application/json")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "apis"})
    void the_aggregated_form_says_the_same(String root) throws IOException {
        ObjectNode expected = recording(root + "-aggregated.json");
        keep((ArrayNode) expected.path("items"), "/metadata/name");

        assertThat(get("/" + root, AGGREGATED)).isEqualTo(expected);
    }

    @Test
    void whoever_has_the_aggregated_form_hears_that_it_is_the_same_until_a_kind_comes() {
        ApiResponse.Full first = (ApiResponse.Full) ask("/apis", AGGREGATED);
        String etag = first.headers().get("ETag").get(0);
        assertThat(etag).matches("\"[0-9A-F]{128}\"");

        ApiResponse.Full again = (ApiResponse.Full) ask("/apis", AGGREGATED, etag);
        assertThat(again.code()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(((ApiResponse.Full) ask("/apis", AGGREGATED, "\"other\"")).body())
                .isEqualTo(first.body());

        Resource deployments = registry.require("apps", "deployments");
        registry.replaceCustom("lab", "boats", List.of(boats(deployments)));
        ApiResponse.Full changed = (ApiResponse.Full) ask("/apis", AGGREGATED, etag);
        assertThat(changed.code()).isEqualTo(200);
        assertThat(new String(changed.body(), StandardCharsets.UTF_8)).contains("\"boats\"");
    }

    private static Resource boats(Resource like) {
        return new Resource(
                "lab",
                "v1",
                "Boat",
                "boats",
                "boat",
                true,
                List.of(),
                List.of(),
                like.verbs(),
                List.of(),
                like.strategy(),
                null);
    }

    @Test
    void a_path_that_is_none_of_its_own_is_left_to_others() {
        assertThat(ask("/apis/example.com/v1", "application/json")).isNull();
        assertThat(ask("/version", "application/json")).isNull();
    }

    /** The recording may know groups that are not served here. */
    private void keep(ArrayNode groups, String name) {
        Set<String> served = Stream.concat(
                        Stream.of(""), registry.all().stream().map(row -> row.group()))
                .collect(java.util.stream.Collectors.toSet());
        for (int i = groups.size() - 1; i >= 0; i--) {
            if (!served.contains(groups.path(i).at(name).asString(""))) {
                groups.remove(i);
            }
        }
    }

    private JsonNode get(String path, String accept) {
        return JSON.readTree(((ApiResponse.Full) ask(path, accept)).body());
    }

    private ApiResponse ask(String path, String accept) {
        return ask(path, accept, "");
    }

    private ApiResponse ask(String path, String accept, String etag) {
        Map<String, List<String>> headers = Map.of("Accept", List.of(accept), "If-None-Match", List.of(etag));
        return discovery.handle(ApiRequest.of("GET", path, headers, new byte[0], false, null), User.ANONYMOUS);
    }

    private static ObjectNode recording(String name) throws IOException {
        try (InputStream in =
                DiscoveryTest.class.getResourceAsStream("/kubelab/controlplane/apiserver/discovery/" + name)) {
            return (ObjectNode) JSON.readTree(in.readAllBytes());
        }
    }
}
