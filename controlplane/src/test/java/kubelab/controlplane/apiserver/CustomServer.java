package kubelab.controlplane.apiserver;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.customresources.CustomDefaulter;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** An API server alone that widgets of example.com can be defined in. JSON may be written with single quotes. */
final class CustomServer implements AutoCloseable {
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String MERGE_PATCH = "application/merge-patch+json";

    private final ClusterClock clock = new ClusterClock();
    private final ApiServer server = Encodings.install(ApiServer.builder(clock), clock)
            .defaulter(new CustomDefaulter(new Defaults()))
            .build();

    record Answer(int code, ObjectNode body, List<String> warnings) {
        String message() {
            return Json.string(body, "message");
        }
    }

    @Override
    public void close() {
        server.close();
        clock.close();
    }

    /** A definition of widgets with these versions. */
    static String definition(String... versions) {
        return "{'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':'Namespaced',"
                + "'names':{'plural':'widgets','kind':'Widget'},'versions':[" + String.join(",", versions) + "]}}";
    }

    /** @param spec schema of the objects' spec
     * @param more further fields of the version, each with a comma before it */
    static String version(String name, boolean storage, String spec, String more) {
        return "{'name':'" + name + "','served':true,'storage':" + storage + more
                + ",'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':" + spec
                + ",'status':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}}";
    }

    /** Makes a definition and waits until its objects are served. */
    void define(String definition) {
        Answer answer = send("POST", DEFINITIONS, definition);
        if (answer.code() != 201) {
            throw new AssertionError(answer.body().toString());
        }
        String name = Json.string(answer.body(), "metadata", "name");
        await(name).until(() -> isTrue(name, "Established"));
    }

    /** Makes objects of one version: widgets of v1 with any spec. */
    void defineFree() {
        define(definition(version("v1", true, "{'type':'object','x-kubernetes-preserve-unknown-fields':true}", "")));
    }

    /** Changes the definition of widgets and waits until that is served. */
    void change(String jsonPatch) {
        long before = server.registry().generation();
        Answer answer = patch(DEFINITIONS + "/widgets.example.com", JSON_PATCH, jsonPatch);
        if (answer.code() != 200) {
            throw new AssertionError(answer.body().toString());
        }
        await("served").until(() -> server.registry().generation() > before);
    }

    boolean isTrue(String definition, String condition) {
        return Json.objects(send("GET", DEFINITIONS + "/" + definition, "").body(), "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(condition)
                        && Json.string(c, "status").equals("True"));
    }

    /** Creates a widget. */
    Answer create(String name, String spec) {
        return send("POST", WIDGETS, widget(name, spec));
    }

    static String widget(String name, String spec) {
        return "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'" + name + "'},'spec':" + spec + "}";
    }

    Answer send(String method, String path, String body) {
        return send(method, path, "application/json", body);
    }

    Answer patch(String path, String type, String body) {
        return send("PATCH", path, type, body);
    }

    List<String> names(String path) {
        return Json.objects(send("GET", path, "").body(), "items").stream()
                .map(item -> Json.string(item, "metadata", "name"))
                .toList();
    }

    private Answer send(String method, String path, String type, String body) {
        ApiResponse.Full answer = (ApiResponse.Full) server.handle(request(method, path, type, body));
        return new Answer(
                answer.code(),
                answer.body().length > 0 && answer.body()[0] == '{' ? Json.parseObject(answer.body()) : Json.object(),
                answer.headers().getOrDefault("Warning", List.of()));
    }

    /** A watch that has been asked for and not begun: {@link Watch#begin} begins it. */
    Watch watch(String path) {
        return new Watch((ApiResponse.Stream) server.handle(request("GET", path, "", "")));
    }

    private static ApiRequest request(String method, String path, String type, String body) {
        return ApiRequest.of(
                method,
                path,
                Map.of("Content-Type", List.of(type), "User-Agent", List.of("test/1")),
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                false,
                User.of("admin", User.MASTERS));
    }

    /** What a client of a watch has seen. */
    static final class Watch {
        private final ApiResponse.Stream answer;
        private final SeenEvents events = new SeenEvents();

        Watch(ApiResponse.Stream answer) {
            this.answer = answer;
        }

        Watch begin() {
            answer.producer().accept(events);
            return this;
        }

        boolean isOver() {
            return events.ended;
        }

        /** {@code ADDED a}, … */
        List<String> seen() {
            return events.names();
        }
    }
}
