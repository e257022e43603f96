package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Lists in pages and watches, on the chain itself. */
class ListWatchTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private ClusterClock clock;
    private ApiServer server;

    @BeforeEach
    void start() {
        clock = new ClusterClock();
        server = ApiServer.builder(clock).build();
    }

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    @Test
    void pages_are_of_one_revision() {
        List.of("a", "b", "c").forEach(this::create);
        ObjectNode first = get(MAPS + "?limit=2");
        create("d");
        String token = Json.string(first, "metadata", "continue");
        assertThat(Json.number(first, 0, "metadata", "remainingItemCount")).isEqualTo(1);
        ObjectNode second = get(MAPS + "?limit=2&continue=" + token);
        assertThat(names(second)).containsExactly("c");
        assertThat(Json.string(second, "metadata", "resourceVersion"))
                .isEqualTo(Json.string(first, "metadata", "resourceVersion"));
    }

    @Test
    void continuing_after_compaction_is_410() {
        List.of("a", "b", "c").forEach(this::create);
        String token = Json.string(get(MAPS + "?limit=1"), "metadata", "continue");
        create("d");
        create("e");
        server.compact();
        ObjectNode status = get(MAPS + "?limit=1&continue=" + token);
        assertThat(Json.number(status, 0, "code")).isEqualTo(410);
        assertThat(Json.string(status, "reason")).isEqualTo("Expired");
    }

    @Test
    void items_of_a_list_carry_no_kind() {
        create("a");
        ObjectNode item = Json.objects(get(MAPS), "items").get(0);
        assertThat(item.has("kind")).isFalse();
        assertThat(item.has("apiVersion")).isFalse();
    }

    @Test
    void watch_from_a_version_replays_what_came_after() {
        String version = Json.string(create("a"), "metadata", "resourceVersion");
        create("b");
        SeenEvents seen = watch("resourceVersion=" + version);
        create("c");
        await("b and c").until(() -> seen.names().equals(List.of("ADDED b", "ADDED c")));
    }

    @Test
    void watch_from_a_compacted_version_says_410_and_ends() {
        String version = Json.string(create("a"), "metadata", "resourceVersion");
        create("b");
        create("c");
        server.compact();
        SeenEvents seen = watch("resourceVersion=" + version);
        await("end").until(() -> seen.ended);
        assertThat(Json.string(seen.events.get(0), "type")).isEqualTo("ERROR");
        assertThat(Json.number(seen.events.get(0), 0, "object", "code")).isEqualTo(410);
    }

    @Test
    void initial_events_end_with_a_marked_bookmark() {
        create("a");
        SeenEvents seen = watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        await("bookmark").until(() -> seen.events.size() == 2);
        assertThat(Json.string(seen.events.get(1), "type")).isEqualTo("BOOKMARK");
        assertThat(Json.map(seen.events.get(1), "object", "metadata", "annotations"))
                .containsEntry("k8s.io/initial-events-end", "true");
    }

    @Test
    void an_object_that_leaves_the_selection_is_deleted_for_the_watcher() {
        send("POST", MAPS, "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"1\"}}}");
        SeenEvents seen = watch("labelSelector=x%3D1");
        await("added").until(() -> seen.events.size() == 1);
        ApiRequest patch = ApiRequest.of(
                "PATCH",
                MAPS + "/a",
                Map.of("Content-Type", List.of("application/merge-patch+json")),
                "{\"metadata\":{\"labels\":{\"x\":\"2\"}}}".getBytes(StandardCharsets.UTF_8),
                false,
                User.of("admin"));
        server.handle(patch);
        await("deleted").until(() -> seen.names().equals(List.of("ADDED a", "DELETED a")));
        ObjectNode last = Json.ensure(seen.events.get(1), "object");
        assertThat(Json.map(last, "metadata", "labels"))
                .as("labels as they last matched")
                .containsExactly(Map.entry("x", "1"));
        assertThat(Json.string(last, "metadata", "resourceVersion"))
                .as("version of the change")
                .isEqualTo(Json.string(get(MAPS + "/a"), "metadata", "resourceVersion"));
    }

    @Test
    void an_object_that_is_deleted_in_the_selection_comes_with_the_version_of_that() {
        String version = Json.string(
                send("POST", MAPS, "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"1\"}}}"),
                "metadata",
                "resourceVersion");
        SeenEvents seen = watch("labelSelector=x%3D1");
        await("added").until(() -> seen.events.size() == 1);
        send("DELETE", MAPS + "/a", "");
        await("deleted").until(() -> seen.names().equals(List.of("ADDED a", "DELETED a")));
        ObjectNode last = Json.ensure(seen.events.get(1), "object");
        assertThat(Json.map(last, "metadata", "labels")).containsEntry("x", "1");
        assertThat(Long.parseLong(Json.string(last, "metadata", "resourceVersion")))
                .isGreaterThan(Long.parseLong(version));
    }

    @Test
    void a_watcher_that_does_not_read_is_cut_off() {
        Stuck stuck = new Stuck();
        ((ApiResponse.Stream) server.handle(request("GET", MAPS + "?watch=1", "")))
                .producer()
                .accept(stuck);
        create("a");
        for (int i = 0; i < 10_050; i++) {
            server.handle(ApiRequest.of(
                    "PATCH",
                    MAPS + "/a",
                    Map.of("Content-Type", List.of("application/merge-patch+json")),
                    ("{\"data\":{\"n\":\"" + i + "\"}}").getBytes(StandardCharsets.UTF_8),
                    false,
                    User.of("admin")));
        }
        await("cut off").until(() -> stuck.ended);
    }

    private ObjectNode create(String name) {
        return send("POST", MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private ObjectNode get(String path) {
        return send("GET", path, "");
    }

    private ObjectNode send(String method, String path, String body) {
        return Json.parseObject(((ApiResponse.Full) server.handle(request(method, path, body))).body());
    }

    private static ApiRequest request(String method, String path, String body) {
        return ApiRequest.of(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8), false, User.of("admin"));
    }

    private SeenEvents watch(String query) {
        SeenEvents seen = new SeenEvents();
        ((ApiResponse.Stream) server.handle(request("GET", MAPS + "?watch=1&" + query, "")))
                .producer()
                .accept(seen);
        return seen;
    }

    private static List<String> names(ObjectNode list) {
        return Json.objects(list, "items").stream()
                .map(i -> Json.string(i, "metadata", "name"))
                .toList();
    }

    private static final class Stuck implements Sink {
        private volatile boolean ended;

        @Override
        public CompletableFuture<Void> write(byte[] chunk) {
            return new CompletableFuture<>();
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void onClose(Runnable callback) {}
    }
}
