package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.audit.AuditEvent;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.store.MemoryStore;
import org.junit.jupiter.api.Test;

/** A request's id is in its answer, in the audit trail and with what it wrote. */
class CauseTest {
    private static final String PATH = "/api/v1/namespaces/default/configmaps";

    @Test
    void a_request_without_an_id_gets_one_and_a_given_one_is_kept() {
        try (var cluster = EmbeddedCluster.builder().nodes(0).start()) {
            ApiServer server = cluster.apiServer();
            long before = server.audit().position();
            String made = id(server.handle(request("GET", PATH, Map.of(), "")));
            String given = id(server.handle(request("GET", PATH, Map.of("Audit-ID", List.of("mine")), "")));
            assertThat(made).hasSize(36);
            assertThat(given).isEqualTo("mine");
            assertThat(server.audit().since(before))
                    .extracting(AuditEvent::auditId)
                    .contains(made, given);
        }
    }

    @Test
    void what_a_request_wrote_has_it_as_its_cause() {
        MemoryStore store = new MemoryStore();
        List<String> causes = new ArrayList<>();
        try (var clock = new ClusterClock();
                var server = Encodings.install(ApiServer.builder(clock), clock)
                        .store(store)
                        .build();
                var watch = store.watch(
                        "/registry/configmaps/",
                        store.revision(),
                        e -> causes.add(e.entry().cause()))) {
            String body = "{\"metadata\":{\"name\":\"x\"}}";
            String merge = "application/merge-patch+json";
            assertThat(server.handle(request("POST", PATH, headers("made", "application/json"), body))
                            .code())
                    .isEqualTo(201);
            String patch = "{\"data\":{\"a\":\"b\"}}";
            server.handle(request("PATCH", PATH + "/x", headers("patched", merge), patch));
            server.handle(request("PATCH", PATH + "/x", headers("changed nothing", merge), patch));
            server.handle(request("DELETE", PATH + "/x", headers("deleted", "application/json"), ""));
        }
        assertThat(causes).containsExactly("made", "patched", "deleted");
    }

    private static Map<String, List<String>> headers(String id, String type) {
        return Map.of("Audit-ID", List.of(id), "Content-Type", List.of(type));
    }

    private static String id(ApiResponse response) {
        return response.headers().get("Audit-Id").get(0);
    }

    private static ApiRequest request(String method, String uri, Map<String, List<String>> headers, String body) {
        return ApiRequest.of(
                method, uri, headers, body.getBytes(StandardCharsets.UTF_8), false, User.component("system:admin"));
    }
}
