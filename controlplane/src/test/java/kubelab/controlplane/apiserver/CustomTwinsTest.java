package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.admission.AdmissionPlugins;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** A custom resource that is called like a built-in one has nothing of it but the name: {@code leases.example.com}. */
class CustomTwinsTest {
    private static final String SPEC = """
            {"finalizers":["kept"],"nodeName":"n","type":"LoadBalancer","service":{"name":"s"},"group":"g","version":"v1",
             "replicas":1,"selector":{"matchLabels":{"app":"x"}},"terminationGracePeriodSeconds":-1,"configSource":"kept",
             "template":{"spec":{"hostNetwork":true,"hostnameOverride":"kept"}},"dataSource":{"kind":"Kept"},
             "jobTemplate":{"spec":{"template":{"spec":{"hostNetwork":true}}}},"ports":[{"port":80}]}""";

    private static ClusterClock clock;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        clock = new ClusterClock();
        server = Encodings.install(ApiServer.builder(clock), clock)
                .defaulter(new Defaults())
                .admission(reader -> AdmissionPlugins.standard(reader, clock, new Random(1)))
                .build();
        twins().forEach(twin -> server.registry().replaceCustom("example.com", twin.plural(), List.of(twin)));
        ObjectNode namespace = Json.object();
        Json.ensure(namespace, "metadata", "labels").put("pod-security.kubernetes.io/warn", "restricted");
        Json.ensure(namespace, "metadata").put("name", "default");
        ask("POST", "/api/v1/namespaces", namespace);
    }

    @AfterAll
    static void stop() {
        server.close();
        clock.close();
    }

    /** One of each built-in resource that can be created. */
    static Stream<Resource> twins() {
        return new ResourceRegistry()
                .all().stream()
                        .filter(row -> row.verbs().containsAll(List.of("create", "update")))
                        .collect(
                                Collectors.toMap(Resource::plural, row -> twin(row), (one, other) -> one, TreeMap::new))
                        .values()
                        .stream();
    }

    private static Resource twin(Resource row) {
        ObjectNode definition = Json.object();
        ObjectNode spec = definition.putObject("spec");
        spec.put("group", "example.com").put("scope", row.namespaced() ? "Namespaced" : "Cluster");
        Json.ensure(spec, "names")
                .put("kind", row.kind())
                .put("listKind", row.kind() + "List")
                .put("plural", row.plural())
                .put("singular", row.singular());
        ObjectNode version = spec.putArray("versions").addObject().put("name", "v1");
        Json.ensure(version, "subresources", "status");
        Json.ensure(version, "subresources", "scale").put("specReplicasPath", ".spec.replicas");
        return Resource.custom(Objects.requireNonNull(new CustomDefinition(definition).version("v1")));
    }

    @ParameterizedTest
    @MethodSource("twins")
    void an_update_creates_none(Resource twin) {
        ApiResponse.Full answer = ask("PUT", path(twin) + "/new", object(twin, "new"));
        assertThat(answer.code()).as(text(answer)).isEqualTo(404);
    }

    @ParameterizedTest
    @MethodSource("twins")
    void what_is_sent_is_what_is_stored(Resource twin) {
        ObjectNode sent = object(twin, "plain");
        ApiResponse.Full created = ask("POST", path(twin), sent);
        assertThat(created.code()).as(text(created)).isEqualTo(201);
        assertThat(created.headers().get("Warning")).as("warnings").isNull();
        ObjectNode read =
                Json.parseObject(ask("GET", path(twin) + "/plain", null).body());
        assertThat(Json.number(read, 0, "metadata", "generation")).isEqualTo(1);
        assertThat(read.get("spec")).isEqualTo(sent.get("spec"));
        assertThat(read.propertyNames()).containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
        assertThat(Json.map(read, "metadata", "annotations")).isEmpty();
        assertThat(Json.map(read, "metadata", "labels")).isEmpty();

        Json.ensure(read, "spec").put("replicas", 2);
        ApiResponse.Full updated = ask("PUT", path(twin) + "/plain", read);
        assertThat(updated.headers().get("Warning")).as("warnings").isNull();
        ObjectNode after = Json.parseObject(updated.body());
        assertThat(after.get("spec")).isEqualTo(read.get("spec"));
        assertThat(Json.number(after, 0, "metadata", "generation")).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("twins")
    void no_field_of_the_built_in_kind_selects(Resource twin) {
        for (String field : List.of("spec.nodeName", "status.phase", "type", "reason", "status.successful")) {
            ApiResponse.Full answer = ask("GET", path(twin) + "?fieldSelector=" + field + "%3Dx", null);
            assertThat(answer.code()).isEqualTo(400);
            assertThat(text(answer)).contains("field label not supported: " + field);
        }
    }

    /** Neither grace nor a finalizer in spec keeps it, and the answer is a Status. */
    @ParameterizedTest
    @MethodSource("twins")
    void a_delete_takes_it_at_once(Resource twin) {
        ask("POST", path(twin), object(twin, "goes"));
        ApiResponse.Full deleted = ask("DELETE", path(twin) + "/goes", null);
        assertThat(Json.string(Json.parseObject(deleted.body()), "kind"))
                .as(text(deleted))
                .isEqualTo("Status");
        assertThat(ask("GET", path(twin) + "/goes", null).code()).isEqualTo(404);
    }

    @ParameterizedTest
    @MethodSource("twins")
    void it_goes_with_its_last_finalizer(Resource twin) {
        ObjectNode held = object(twin, "held");
        Json.ensure(held, "metadata").putArray("finalizers").add("example.com/mine");
        ask("POST", path(twin), held);
        ask("DELETE", path(twin) + "/held", null);
        ObjectNode going =
                Json.parseObject(ask("GET", path(twin) + "/held", null).body());
        assertThat(going.propertyNames()).as("no status is made up").doesNotContain("status");
        Json.ensure(going, "metadata").remove("finalizers");
        ask("PUT", path(twin) + "/held", going);
        assertThat(ask("GET", path(twin) + "/held", null).code()).isEqualTo(404);
    }

    private static ObjectNode object(Resource twin, String name) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "example.com/v1").put("kind", twin.kind());
        object.putObject("metadata").put("name", name);
        object.set("spec", Json.parseObject(SPEC.getBytes(StandardCharsets.UTF_8)));
        return object;
    }

    private static String path(Resource twin) {
        return "/apis/example.com/v1/" + (twin.namespaced() ? "namespaces/default/" : "") + twin.plural();
    }

    private static String text(ApiResponse.Full answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static ApiResponse.Full ask(String method, String path, @Nullable ObjectNode body) {
        return (ApiResponse.Full) server.handle(ApiRequest.of(
                method,
                path,
                Map.of("Content-Type", List.of("application/json"), "User-Agent", List.of("test/1")),
                body == null ? new byte[0] : Json.bytes(body),
                false,
                User.of("admin", User.MASTERS)));
    }
}
