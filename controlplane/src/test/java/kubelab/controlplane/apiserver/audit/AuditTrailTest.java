package kubelab.controlplane.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.Encodings;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept, what is dropped, and the log that is read by ranges. */
class AuditTrailTest {
    private static final User ADMIN = User.of("admin", User.MASTERS);

    private final ClusterClock clock = new ClusterClock();
    private ApiServer server = server(AuditPolicy.DEFAULT);

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    @Test
    void the_oldest_are_dropped_and_counted() {
        for (int i = 0; i < 20_100; i++) {
            get("/version?" + i, Map.of());
        }
        AuditTrail trail = server.audit();
        assertThat(trail.events()).hasSize(20_000);
        assertThat(trail.dropped()).isEqualTo(100);
        assertThat(trail.position()).isEqualTo(20_100);
        assertThat(Json.string(trail.events().get(0).toJson(), "requestURI")).isEqualTo("/version?100");
        assertThat(trail.since(20_098)).extracting(AuditEvent::sequence).containsExactly(20_099L, 20_100L);
    }

    @Test
    void objects_are_kept_up_to_a_number_of_bytes() {
        server.close();
        server = server(AuditPolicyReader.read(
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Request}]"));
        String megabyte = "x".repeat(1_000_000);
        for (int i = 0; i < 20; i++) {
            send(
                    "POST",
                    "/api/v1/namespaces/default/configmaps",
                    Map.of("Content-Type", List.of("application/json")),
                    "{\"metadata\":{\"name\":\"c" + i + "\"},\"data\":{\"k\":\"" + megabyte + "\"}}");
        }
        assertThat(server.audit().events()).hasSize(16);
        assertThat(server.audit().dropped()).isEqualTo(4);
    }

    @Test
    void a_reader_goes_on_where_it_was() {
        get("/version?1", Map.of());
        ApiResponse.Full first = log("bytes=0-");
        assertThat(first.code()).isEqualTo(206);
        assertThat(text(first)).contains("\"requestURI\":\"/version?1\"").endsWith("\n");
        int size = first.body().length;
        assertThat(first.headers().get("Content-Range")).containsExactly("bytes 0-" + (size - 1) + "/" + size);
        ApiResponse.Full nothing = log("bytes=" + size + "-");
        assertThat(nothing.code()).isEqualTo(416);
        assertThat(nothing.headers().get("Content-Range")).containsExactly("bytes */" + size);
        get("/version?2", Map.of());
        assertThat(text(log("bytes=" + size + "-"))).contains("/version?2").doesNotContain("/version?1");
        assertThat(text(log("bytes=2-5"))).isEqualTo(text(first).substring(2, 6));
        assertThat(text(log("bytes=-1"))).isEqualTo("\n");
        assertThat(text(log(""))).startsWith(text(first));
    }

    @Test
    void the_beginning_of_a_long_log_is_dropped_and_places_stay_what_they_were() {
        String filler = "x".repeat(100_000);
        for (int i = 0; i < 200; i++) {
            get("/version?" + filler + "=" + i, Map.of());
            if (i == 100) {
                log("bytes=-1"); // a reader has come by before the trail dropped anything
            }
        }
        String range = String.join("", log("bytes=0-9").headers().get("Content-Range"));
        long start = Long.parseLong(range.replaceAll("bytes (\\d+)-.*", "$1"));
        long size = Long.parseLong(range.replaceAll(".*/", ""));
        assertThat(size).isGreaterThan(20_000_000);
        assertThat(size - start).isBetween(15_000_000L, 17_000_000L);
        assertThat(range).isEqualTo("bytes " + start + "-" + (start + 9) + "/" + size);
        assertThat(text(log("bytes=0-9"))).isEqualTo("{\"kind\":\"E");
        assertThat(log("").body()).hasSize((int) (size - start));
    }

    @Test
    void reading_the_log_leaves_no_trace_in_it() {
        log("");
        assertThat(server.audit().events()).isEmpty();
    }

    private ApiResponse.Full log(String range) {
        return get(AuditLog.PATH, range.isEmpty() ? Map.of() : Map.of("Range", List.of(range)));
    }

    private ApiResponse.Full get(String path, Map<String, List<String>> headers) {
        return send("GET", path, headers, "");
    }

    private ApiResponse.Full send(String method, String path, Map<String, List<String>> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return (ApiResponse.Full) server.handle(ApiRequest.of(method, path, headers, bytes, false, ADMIN));
    }

    private static String text(ApiResponse.Full response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private ApiServer server(AuditPolicy policy) {
        return Encodings.install(ApiServer.builder(clock), clock)
                .auditPolicy(policy)
                .build();
    }
}
