package kubelab.controlplane.apiserver;

import static kubelab.controlplane.apiserver.CustomServer.MERGE_PATCH;
import static kubelab.controlplane.apiserver.CustomServer.WIDGETS;
import static kubelab.controlplane.apiserver.CustomServer.definition;
import static kubelab.controlplane.apiserver.CustomServer.version;
import static org.assertj.core.api.Assertions.assertThat;

import kubelab.controlplane.apiserver.CustomServer.Answer;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done to custom objects, beyond the scenarios of {@link CustomResourceParityTest}. */
class CustomObjectTest {
    private static final String SCALE =
            ",'subresources':{'status':{},'scale':{'specReplicasPath':'.spec.replicas','statusReplicasPath':'.status.replicas'}}";
    private static final String REPLICAS = "{'type':'object','properties':{'replicas':{'type':'integer'}}}";

    private CustomServer server;

    @BeforeEach
    void start() {
        server = new CustomServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** {@code kubectl scale} sends this patch without having looked before. */
    @Test
    void an_object_without_replicas_can_be_scaled() {
        server.define(definition(version("v1", true, REPLICAS, SCALE)));
        server.create("a", "{}");
        String scale = WIDGETS + "/a/scale";
        assertThat(server.send("GET", scale, "").code()).isEqualTo(500);
        Answer nothing = server.patch(scale, MERGE_PATCH, "{}");
        assertThat(nothing.code()).isEqualTo(400);
        assertThat(nothing.message()).isEqualTo("the spec replicas field \".spec.replicas\" cannot be empty");
        Answer patched = server.patch(scale, MERGE_PATCH, "{'spec':{'replicas':3}}");
        assertThat(patched.code()).as(patched.body().toString()).isEqualTo(200);
        assertThat(Json.number(patched.body(), 0, "spec", "replicas")).isEqualTo(3);

        server.create("b", "{}");
        String put = "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'b','namespace':'default'},"
                + "'spec':{'replicas':2}}";
        assertThat(server.send("PUT", WIDGETS + "/b/scale", put).code()).isEqualTo(200);
        assertThat(Json.number(server.send("GET", WIDGETS + "/b", "").body(), 0, "spec", "replicas"))
                .isEqualTo(2);
    }

    /** Objects may be older than the subresource: of a write of the status only the status is looked at. */
    @Test
    void replicas_that_cannot_be_do_not_hold_up_the_status() {
        server.define(definition(version("v1", true, REPLICAS, ",'subresources':{'status':{}}")));
        server.create("a", "{'replicas':-1}");
        server.change("[{'op':'add','path':'/spec/versions/0/subresources/scale','value':{'specReplicasPath':"
                + "'.spec.replicas','statusReplicasPath':'.status.replicas'}}]");
        String status = WIDGETS + "/a/status";
        assertThat(server.patch(status, MERGE_PATCH, "{'status':{'replicas':1}}")
                        .code())
                .isEqualTo(200);
        assertThat(server.patch(status, MERGE_PATCH, "{'status':{'replicas':-1}}")
                        .code())
                .isEqualTo(422);
    }
}
