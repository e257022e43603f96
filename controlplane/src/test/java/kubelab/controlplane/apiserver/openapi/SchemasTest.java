package kubelab.controlplane.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SchemasTest {
    private final Schemas schemas = new Schemas();

    @Test
    void containers_are_merged_by_name_and_their_ports_by_two_keys() {
        Schema containers = walk("v1", "Pod", "spec", "containers");

        assertThat(containers.patchMergeKey()).contains("name");
        assertThat(containers.patchStrategies()).containsExactly("merge");
        assertThat(containers.listType()).isEqualTo(Schema.ListType.MAP);
        Schema ports = containers.element().field("ports").orElseThrow();
        assertThat(ports.patchMergeKey()).contains("containerPort");
        assertThat(ports.listMapKeys()).containsExactly("containerPort", "protocol");
        assertThat(ports.element()
                        .field("protocol")
                        .orElseThrow()
                        .defaultValue()
                        .orElseThrow()
                        .asString())
                .isEqualTo("TCP");
        assertThat(ports.element().field("protocol").orElseThrow().enumValues()).containsExactly("SCTP", "TCP", "UDP");
    }

    @Test
    void shapes_follow_the_document() {
        assertThat(walk("v1", "Pod", "metadata", "labels").shape()).isEqualTo(Schema.Shape.MAP);
        assertThat(walk("v1", "Pod", "metadata", "creationTimestamp").format()).isEqualTo("date-time");
        assertThat(walk("v1", "Secret", "data").element().format()).isEqualTo("byte");
        assertThat(walk("apps/v1", "Deployment", "spec", "strategy", "rollingUpdate", "maxSurge")
                        .shape())
                .isEqualTo(Schema.Shape.INT_OR_STRING);
        assertThat(walk("apps/v1", "Deployment", "spec", "selector").atomic()).isTrue();
        assertThat(walk("apps/v1", "ControllerRevision", "data").shape()).isEqualTo(Schema.Shape.ANY);
        assertThat(walk("v1", "Pod", "spec", "containers").element().required()).containsExactly("name");
        assertThat(schemas.of("example.com/v1", "Toy")).isEmpty();
    }

    @Test
    void every_type_can_be_walked() {
        assertThat(schemas.kinds()).contains("v1/Pod", "apps/v1/Deployment", "policy/v1/Eviction");
        for (String kind : schemas.kinds()) {
            int slash = kind.lastIndexOf('/');
            walkAll(
                    schemas.of(kind.substring(0, slash), kind.substring(slash + 1))
                            .orElseThrow(),
                    0);
        }
    }

    @Test
    void documents_are_served_as_recorded() {
        ApiDocument document = new ApiDocument();

        String index = document.index(path -> path.equals("apis/apps/v1"));
        assertThat(index)
                .isEqualTo("{\"paths\":{\"apis/apps/v1\":{\"serverRelativeURL\":\"/openapi/v3/apis/apps/v1?hash="
                        + document.hash("apis/apps/v1").orElseThrow() + "\"}}}");
        String apps = new String(ApiDocument.unzip(document.v3("apis/apps/v1").orElseThrow()), StandardCharsets.UTF_8);
        assertThat(JsonMapper.shared().readTree(apps).at("/components/schemas").has("io.k8s.api.apps.v1.Deployment"))
                .isTrue();
        assertThat(document.v3("apis/example.com/v1")).isEmpty();
    }

    private void walkAll(Schema schema, int depth) {
        if (depth > 12) {
            return; // JSONSchemaProps contains itself
        }
        schema.fields().values().forEach(field -> walkAll(field, depth + 1));
        if (schema.shape() == Schema.Shape.LIST || schema.shape() == Schema.Shape.MAP) {
            walkAll(schema.element(), depth + 1);
        }
    }

    private Schema walk(String apiVersion, String kind, String... path) {
        Schema schema = schemas.of(apiVersion, kind).orElseThrow();
        for (String field : path) {
            schema = schema.field(field).orElseThrow();
        }
        return schema;
    }
}
