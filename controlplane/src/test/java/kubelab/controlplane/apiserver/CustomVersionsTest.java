package kubelab.controlplane.apiserver;

import static kubelab.controlplane.apiserver.CustomServer.definition;
import static kubelab.controlplane.apiserver.CustomServer.version;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.CustomServer.Answer;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.Test;

/** The versions of a custom resource in discovery: clients such as kubectl take the first. */
class CustomVersionsTest {

    @Test
    void the_newest_and_most_stable_version_is_preferred() {
        List<String> versions = new ArrayList<>();
        for (String name :
                List.of("v1alpha1", "foo2", "v1beta1", "v1alpha2", "v1beta10", "v1", "foo1", "v1beta2", "v10")) {
            versions.add(version(name, name.equals("v1"), "{'type':'object'}", ""));
        }
        try (CustomServer server = new CustomServer()) {
            server.define(definition(versions.toArray(String[]::new)));
            Answer group = server.send("GET", "/apis/example.com", "");
            assertThat(Json.objects(group.body(), "versions").stream().map(v -> Json.string(v, "version")))
                    .containsExactly(
                            "v10", "v1", "v1beta10", "v1beta2", "v1beta1", "v1alpha2", "v1alpha1", "foo1", "foo2");
            assertThat(Json.string(group.body(), "preferredVersion", "version")).isEqualTo("v10");
        }
    }
}
