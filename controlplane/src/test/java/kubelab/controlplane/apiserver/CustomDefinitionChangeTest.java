package kubelab.controlplane.apiserver;

import static kubelab.controlplane.apiserver.CustomServer.DEFINITIONS;
import static kubelab.controlplane.apiserver.CustomServer.MERGE_PATCH;
import static kubelab.controlplane.apiserver.CustomServer.WIDGETS;
import static kubelab.controlplane.apiserver.CustomServer.definition;
import static kubelab.controlplane.apiserver.CustomServer.version;
import static kubelab.controlplane.apiserver.CustomServer.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import kubelab.controlplane.apiserver.CustomServer.Answer;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of objects, watches and other definitions when a definition changes or goes. */
class CustomDefinitionChangeTest {
    private static final String COLORED =
            "{'type':'object','properties':{'color':{'type':'string'},'size':{'type':'integer'}}}";
    private static final String V2 = WIDGETS.replace("/v1/", "/v2/");
    /** Makes v2 of two versions the one that objects are stored in. */
    private static final String STORE_IN_V2 = "[{'op':'replace','path':'/spec/versions/0/storage','value':false},"
            + "{'op':'replace','path':'/spec/versions/1/storage','value':true}]";

    private CustomServer server;

    @BeforeEach
    void start() {
        server = new CustomServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void objects_are_selected_by_a_field_that_became_selectable_behind_them() {
        server.define(definition(version("v1", true, COLORED, "")));
        server.create("a", "{'color':'red'}");
        server.create("b", "{'color':'blue'}");
        server.change("[{'op':'add','path':'/spec/versions/0/selectableFields','value':[{'jsonPath':'.spec.color'}]}]");
        String red = WIDGETS + "?fieldSelector=spec.color%3Dred";
        assertThat(server.names(red)).containsExactly("a");
        CustomServer.Watch watch = server.watch(red + "&watch=true").begin();
        await("a").until(() -> watch.seen().equals(List.of("ADDED a")));
        server.patch(WIDGETS + "/b", MERGE_PATCH, "{'spec':{'color':'red'}}");
        await("b").until(() -> watch.seen().equals(List.of("ADDED a", "ADDED b")));
        server.patch(WIDGETS + "/a", MERGE_PATCH, "{'spec':{'color':'blue'}}");
        await("not a").until(() -> watch.seen().equals(List.of("ADDED a", "ADDED b", "DELETED a")));
        server.send("DELETE", red, "");
        assertThat(server.names(WIDGETS)).containsExactly("a");
    }

    @Test
    void objects_are_selected_by_what_their_schema_fills_in_when_they_are_read() {
        server.define(definition(version("v1", true, COLORED, ",'selectableFields':[{'jsonPath':'.spec.color'}]")));
        server.create("a", "{}");
        server.change("[{'op':'add','path':'/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/color"
                + "/default','value':'red'}]");
        assertThat(server.names(WIDGETS + "?fieldSelector=spec.color%3Dred")).containsExactly("a");
    }

    @Test
    void an_object_stored_in_another_version_has_the_fields_of_the_version_that_it_is_read_in() {
        defineTwoVersions();
        server.create("a", "{'size':1,'old':'x'}");
        server.change(STORE_IN_V2);
        assertThat(server.send("GET", V2 + "/a", "").body().get("spec").toString())
                .isEqualTo("{\"size\":1}");
    }

    /** So a client migrates objects: it writes them as they are. */
    @Test
    void a_write_that_changes_nothing_brings_an_object_into_the_new_storage_version() {
        defineTwoVersions();
        String stored = revision(server.create("a", "{'size':1}"));
        assertThat(revision(server.patch(V2 + "/a", MERGE_PATCH, "{}"))).isEqualTo(stored);
        server.change(STORE_IN_V2);
        String migrated = revision(server.patch(V2 + "/a", MERGE_PATCH, "{}"));
        assertThat(migrated).isNotEqualTo(stored);
        assertThat(revision(server.patch(V2 + "/a", MERGE_PATCH, "{}"))).isEqualTo(migrated);
    }

    private void defineTwoVersions() {
        String spec = "{'type':'object','properties':{'size':{'type':'integer'},'%s':{'type':'string'}}}";
        server.define(definition(
                version("v1", true, spec.replace("%s", "old"), ""),
                version("v2", false, spec.replace("%s", "new"), "")));
    }

    private static String revision(Answer answer) {
        assertThat(answer.code()).as(answer.body().toString()).isBetween(200, 201);
        return Json.string(answer.body(), "metadata", "resourceVersion");
    }

    @Test
    void a_watch_sees_the_objects_go_before_their_definition() {
        server.defineFree();
        server.create("a", "{}");
        CustomServer.Watch watch = server.watch(WIDGETS + "?watch=true").begin();
        await("a").until(() -> !watch.seen().isEmpty());
        server.send("DELETE", DEFINITIONS + "/widgets.example.com", "");
        await("end").until(watch::isOver);
        assertThat(watch.seen()).containsExactly("ADDED a", "DELETED a");
    }

    /** It was let in before the change, and begins behind it. */
    @Test
    void a_watch_with_an_old_schema_ends_when_it_begins() {
        server.defineFree();
        CustomServer.Watch late = server.watch(WIDGETS + "?watch=true");
        server.change("[{'op':'add','path':'/spec/versions/0/additionalPrinterColumns','value':[{'name':'Size',"
                + "'type':'integer','jsonPath':'.spec.size'}]}]");
        late.begin();
        await("end").until(late::isOver);
        CustomServer.Watch next = server.watch(WIDGETS + "?watch=true").begin();
        server.create("a", "{}");
        await("a").until(() -> next.seen().equals(List.of("ADDED a")));
        assertThat(next.isOver()).isFalse();
    }

    /** B never was accepted, and still had a short name that C waits for. */
    @Test
    void the_names_of_a_definition_that_was_never_served_are_free_when_it_goes() {
        server.define(definition(version("v1", true, COLORED, "")));
        String second = definition(version("v1", true, COLORED, ""))
                .replace("widgets", "gadgets")
                .replace(
                        "'kind':'Widget'",
                        "'kind':'Widget','listKind':'GadgetList','singular':'gadget','shortNames':['gg']");
        server.send("POST", DEFINITIONS, second);
        await("conflict").until(() -> reason("gadgets").equals("KindConflict"));
        String third = definition(version("v1", true, COLORED, ""))
                .replace("widgets", "gizmos")
                .replace("'kind':'Widget'", "'kind':'Gizmo','shortNames':['gg']");
        server.send("POST", DEFINITIONS, third);
        await("conflict").until(() -> reason("gizmos").equals("ShortNamesConflict"));
        server.send("DELETE", DEFINITIONS + "/gadgets.example.com", "");
        await("accepted").until(() -> server.isTrue("gizmos.example.com", "Established"));
    }

    private String reason(String plural) {
        Answer definition = server.send("GET", DEFINITIONS + "/" + plural + ".example.com", "");
        return Json.objects(definition.body(), "status", "conditions").stream()
                .filter(c -> Json.string(c, "type").equals("NamesAccepted"))
                .map(c -> Json.string(c, "reason"))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'shortNames':[]", "'categories':[]", "'shortNames':null,'categories':null", "'singular':''"})
    void names_that_are_empty_hinder_nothing(String names) {
        server.define(
                definition(version("v1", true, COLORED, "")).replace("'kind':'Widget'", "'kind':'Widget'," + names));
        assertThat(server.create("a", "{}").code()).isEqualTo(201);
    }

    @Test
    void a_collection_that_is_deleted_is_shown_in_the_version_that_was_asked_for() {
        defineTwoVersions();
        server.send("POST", WIDGETS, widget("a", "{'old':'x'}"));
        Answer deleted = server.send("DELETE", V2, "");
        ObjectNode shown = Json.objects(deleted.body(), "items").get(0);
        assertThat(Json.string(shown, "apiVersion")).isEqualTo("example.com/v2");
        assertThat(shown.get("spec").toString()).isEqualTo("{}");
    }
}
