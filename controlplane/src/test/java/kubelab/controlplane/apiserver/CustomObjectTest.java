package kubelab.controlplane.apiserver;

import static kubelab.controlplane.apiserver.CustomServer.DEFINITIONS;
import static kubelab.controlplane.apiserver.CustomServer.JSON_PATCH;
import static kubelab.controlplane.apiserver.CustomServer.MERGE_PATCH;
import static kubelab.controlplane.apiserver.CustomServer.WIDGETS;
import static kubelab.controlplane.apiserver.CustomServer.definition;
import static kubelab.controlplane.apiserver.CustomServer.version;
import static kubelab.controlplane.apiserver.CustomServer.widget;
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

    @Test
    void below_any_additional_properties_nothing_is_known() {
        server.define(definition(version("v1", true, "{'type':'object','additionalProperties':true}", "")));
        Answer created = server.create("a", "{'x':1,'y':{'z':1},'l':[{'z':1}]}");
        assertThat(created.body().get("spec").toString()).isEqualTo("{\"x\":1,\"y\":{},\"l\":[{}]}");
        assertThat(created.warnings())
                .containsExactly(
                        "299 - \"unknown field \\\"spec.l[0].z\\\"\"", "299 - \"unknown field \\\"spec.y.z\\\"\"");
    }

    @Test
    void a_list_that_keeps_unknown_fields_keeps_those_of_its_items() {
        server.define(definition(version(
                "v1",
                true,
                "{'type':'object','properties':{'l':{'type':'array','x-kubernetes-preserve-unknown-fields':true,"
                        + "'items':{'type':'object','properties':{'a':{'type':'object'}}}}}}",
                "")));
        Answer created = server.create("a", "{'l':[{'z':1,'a':{'b':1}}]}");
        assertThat(created.body().get("spec").toString()).isEqualTo("{\"l\":[{\"z\":1,\"a\":{}}]}");
    }

    /** The types of an apply let any fields into an object without declared ones; the schema does not. */
    @Test
    void what_is_applied_is_pruned_too() {
        server.define(definition(version("v1", true, "{'type':'object'}", "")));
        Answer applied =
                server.patch(WIDGETS + "/a?fieldManager=one", "application/apply-patch+yaml", widget("a", "{'x':1}"));
        assertThat(applied.code()).as(applied.body().toString()).isEqualTo(201);
        assertThat(applied.body().get("spec").toString()).isEqualTo("{}");
        assertThat(server.send("GET", WIDGETS + "/a", "").body().get("spec").toString())
                .isEqualTo("{}");
    }

    @Test
    void the_metadata_of_an_object_inside_is_held_to_the_rules_of_metadata() {
        server.define(definition(version(
                "v1",
                true,
                "{'type':'object','properties':{'m':{'type':'object','additionalProperties':{'type':'object',"
                        + "'x-kubernetes-embedded-resource':true,'x-kubernetes-preserve-unknown-fields':true}}}}",
                "")));
        Answer refused = server.create(
                "a",
                "{'m':{'in':{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a/b','labels':{'x':'-'},"
                        + "'ownerReferences':[{'apiVersion':'v1','kind':'Pod','name':'p'}]}}}}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(Json.objects(refused.body(), "details", "causes").stream().map(c -> Json.string(c, "field")))
                .containsExactlyInAnyOrder(
                        "spec.m[in].metadata.name",
                        "spec.m[in].metadata.labels",
                        "spec.m[in].metadata.ownerReferences.uid");
        assertThat(server.create("b", "{'m':{'in':{'apiVersion':'v1','kind':'Pod','metadata':{'name':'X_'}}}}")
                        .code())
                .isEqualTo(201);
    }

    @Test
    void what_an_update_leaves_as_it_was_is_not_looked_at_in_alternatives_either() {
        String spec = "{'type':'object','properties':{'size':{'type':'integer'},'name':{'type':'string'}}}";
        server.define(definition(version("v1", true, spec, "")));
        server.create("a", "{'size':30}");
        server.change("[{'op':'add','path':'/spec/versions/0/schema/openAPIV3Schema/properties/spec/allOf','value':"
                + "[{'properties':{'size':{'maximum':10}}}]}]");
        assertThat(server.patch(WIDGETS + "/a", MERGE_PATCH, "{'spec':{'name':'x'}}")
                        .code())
                .isEqualTo(200);
        assertThat(server.patch(WIDGETS + "/a", MERGE_PATCH, "{'spec':{'size':31}}")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void only_a_new_format_that_is_not_known_is_warned_of() {
        String spec = "{'type':'object','properties':{'a':{'type':'string','format':'odd'},'b':{'type':'string',"
                + "'format':'int32'},'c':{'type':'integer','format':'int8'},'d':{'type':'string','format':'k8sshortname'}}}";
        assertThat(server.send("POST", DEFINITIONS, definition(version("v1", true, spec, "")))
                        .warnings())
                .containsExactly(
                        "299 - \"unrecognized format \\\"int32\\\"\"", "299 - \"unrecognized format \\\"odd\\\"\"");
        String path = DEFINITIONS + "/widgets.example.com";
        assertThat(server.patch(path, MERGE_PATCH, "{'metadata':{'labels':{'a':'b'}}}")
                        .warnings())
                .isEmpty();
        Answer changed = server.patch(
                path,
                JSON_PATCH,
                "[{'op':'replace','path':'/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/d/format',"
                        + "'value':'strange'}]");
        assertThat(changed.warnings()).containsExactly("299 - \"unrecognized format \\\"strange\\\"\"");
    }

    @Test
    void a_finalizer_of_kubernetes_itself_is_not_warned_of() {
        server.defineFree();
        String body = widget("a", "{}").replace("'name':'a'", "'name':'a','finalizers':['kubernetes']");
        assertThat(server.send("POST", WIDGETS, body).warnings()).isEmpty();
    }

    @Test
    void what_is_in_no_namespace_is_not_selected_by_it() {
        server.define(definition(version("v1", true, REPLICAS, "")).replace("Namespaced", "Cluster"));
        Answer refused =
                server.send("GET", "/apis/example.com/v1/widgets?fieldSelector=metadata.namespace%3Ddefault", "");
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused.message()).isEqualTo("field label not supported: metadata.namespace");
    }
}
