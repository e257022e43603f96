package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.admission.AdmissionPlugins;
import kubelab.controlplane.apiserver.encoding.Encodings;
import kubelab.controlplane.defaulting.Defaults;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * A write that changes nothing is none: the object keeps its version and no watcher hears of it. For all kinds, by all ways
 * of writing; a real API server (1.34.4) does so for each of them.
 */
class UnchangedWritesTest {
    private static ClusterClock clock;
    private static ApiServer server;

    /** Without components: nothing else writes. */
    @BeforeAll
    static void start() {
        clock = new ClusterClock();
        server = Encodings.install(ApiServer.builder(clock), clock)
                .defaulter(new Defaults())
                .admission(reader -> AdmissionPlugins.standard(reader, clock, new Random(1)))
                .build();
        ask("POST", "/api/v1/namespaces", "application/json", named("default"));
        ask("POST", "/api/v1/namespaces/default/serviceaccounts", "application/json", named("default"));
    }

    @AfterAll
    static void stop() {
        server.close();
        clock.close();
    }

    static List<Sample> samples() throws Exception {
        try (var in = UnchangedWritesTest.class.getResourceAsStream("samples.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new Sample(Json.parseObject(line)))
                    .toList();
        }
    }

    record Sample(ObjectNode object) {
        Resource resource() {
            return new ResourceRegistry().findKind(Json.string(object, "apiVersion"), Json.string(object, "kind"));
        }

        String collection() {
            Resource resource = resource();
            return (resource.group().isEmpty() ? "/api/" : "/apis/")
                    + resource.apiVersion()
                    + (resource.namespaced() ? "/namespaces/default/" : "/")
                    + resource.plural();
        }

        @Override
        public String toString() {
            return Json.string(object, "apiVersion") + " " + Json.string(object, "kind");
        }
    }

    @Test
    void every_kind_that_can_be_updated_has_a_sample() throws Exception {
        List<String> kinds = samples().stream().map(Sample::toString).toList();
        List<String> served = new ResourceRegistry()
                .all().stream()
                        .filter(r -> r.verbs().containsAll(List.of("create", "update")))
                        .map(r -> r.apiVersion() + " " + r.kind())
                        .filter(kind -> !kind.endsWith(" CustomResourceDefinition")) // cannot be created
                        .toList();
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(served);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void writes_that_change_nothing_are_none(Sample sample) {
        ObjectNode created = ask("POST", sample.collection(), "application/json", sample.object);
        String name = Json.string(sample.object, "metadata", "name");
        String path = sample.collection() + "/" + name;
        assertThat(Json.string(created, "metadata", "name"))
                .as("created: " + created)
                .isEqualTo(name);
        // By force: what is created is owned, and defaults have changed it since.
        ObjectNode applied =
                ask("PATCH", path + "?fieldManager=me&force=true", "application/apply-patch+yaml", sample.object);
        assertThat(Json.string(applied, "kind")).as("applied: " + applied).isNotEqualTo("Status");
        if (sample.resource().hasStatus()) {
            ObjectNode status = Json.object();
            status.putObject("metadata").putObject("labels").put("written", "yes");
            ask("PATCH", path + "/status", "application/merge-patch+json", status);
        }
        ObjectNode read = ask("GET", path, "application/json", null);
        String before = clusterVersion();

        SoftAssertions all = new SoftAssertions();
        List<String> objects = sample.resource().hasStatus() ? List.of(path, path + "/status") : List.of(path);
        for (String at : objects) {
            check(all, before, "PUT " + at, ask("PUT", at, "application/json", read));
            check(all, before, "merge " + at, ask("PATCH", at, "application/merge-patch+json", Json.object()));
            check(all, before, "merge of all " + at, ask("PATCH", at, "application/merge-patch+json", read));
            check(
                    all,
                    before,
                    "strategic " + at,
                    ask("PATCH", at, "application/strategic-merge-patch+json", named(name)));
            check(
                    all,
                    before,
                    "strategic of all " + at,
                    ask("PATCH", at, "application/strategic-merge-patch+json", withoutManagers(read)));
            check(all, before, "json " + at, ask("PATCH", at, "application/json-patch+json", null));
        }
        check(
                all,
                before,
                "apply",
                ask("PATCH", path + "?fieldManager=me&force=true", "application/apply-patch+yaml", sample.object));
        if (sample.resource().subresource("scale") != null) {
            ObjectNode scale = ask("GET", path + "/scale", "application/json", null);
            check(all, before, "PUT scale", ask("PUT", path + "/scale", "application/json", scale));
            check(
                    all,
                    before,
                    "merge scale",
                    ask("PATCH", path + "/scale", "application/merge-patch+json", Json.object()));
        }
        all.assertThat(ask("GET", path, "application/json", null))
                .as("the object")
                .isEqualTo(read);
        all.assertAll();
    }

    private static ObjectNode withoutManagers(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        Json.ensure(copy, "metadata").remove("managedFields");
        return copy;
    }

    /** Nothing else writes, so any write would move the version of the whole. */
    private static void check(SoftAssertions all, String before, String way, ObjectNode answer) {
        all.assertThat(Json.string(answer, "kind")).as(way + ": " + answer).isNotEqualTo("Status");
        all.assertThat(clusterVersion())
                .as("version of the cluster after " + way)
                .isEqualTo(before);
    }

    private static String clusterVersion() {
        ObjectNode list = ask("GET", "/api/v1/configmaps?fieldSelector=metadata.name%3Dnone", "application/json", null);
        return Json.string(list, "metadata", "resourceVersion");
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** @param body null for a JSON patch without operations */
    private static ObjectNode ask(String method, String path, String type, @Nullable ObjectNode body) {
        String text = method.equals("GET") ? "" : body == null ? "[]" : body.toString();
        ApiResponse answer = server.handle(ApiRequest.of(
                method,
                path,
                Map.of("Content-Type", List.of(type), "User-Agent", List.of("test/1")),
                text.getBytes(StandardCharsets.UTF_8),
                false,
                User.of("admin", User.MASTERS)));
        return Json.parseObject(((ApiResponse.Full) answer).body());
    }
}
