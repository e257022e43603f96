package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import kubelab.controlplane.apiserver.audit.AuditEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to all that is in a namespace that goes, seen from outside. */
class NamespaceControllerTest extends OnHollowNodes {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";

    @AfterEach
    void well() {
        cluster.faults().clear();
    }

    @Test
    void a_kind_that_cannot_be_deleted_is_named_and_keeps_no_other_kind() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: map}}", ConfigMap.class));
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Secret, metadata: {name: secret}}", Secret.class));
        cluster.faults()
                .fail(
                        (user, r) -> user.equals(CONTROLLER)
                                && r.verb().equals("deletecollection")
                                && List.of("secrets", "limitranges").contains(r.plural()),
                        503);
        client.namespaces().withName(namespace).delete();

        until(() -> message("NamespaceDeletionContentFailure")
                .equals("Failed to delete all resource types, 1 remaining: refused on purpose: deletecollection"
                        + " /api/v1/namespaces/" + namespace + "/secrets"));
        assertThat(client.configMaps().inNamespace(namespace).list().getItems())
                .as("what could be deleted")
                .isEmpty();
        assertThat(client.secrets().inNamespace(namespace).list().getItems()).hasSize(1);

        cluster.faults().clear();
        until(() -> client.namespaces().withName(namespace).get() == null);
    }

    @Test
    void a_namespace_stays_until_discovery_says_what_may_be_in_it() {
        cluster.faults().fail((user, r) -> user.equals(CONTROLLER) && r.path().equals("/apis"), 503);
        client.namespaces().withName(namespace).delete();

        until(() -> message("NamespaceDeletionDiscoveryFailure").contains("refused on purpose"));
        cluster.faults().clear();
        until(() -> client.namespaces().withName(namespace).get() == null);
    }

    @Test
    void discovery_is_two_requests_and_its_second_answer_is_that_nothing_changed() {
        goes(namespace);
        long before = cluster.audit().position();
        client.resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace + "-2")
                        .endMetadata()
                        .build())
                .create();
        goes(namespace + "-2");

        List<AuditEvent> asked = cluster.audit().since(before).stream()
                .filter(e -> e.user().equals(CONTROLLER)
                        && (e.path().startsWith("/api") && e.path().split("/").length <= 4)
                        && e.resource().isEmpty())
                .toList();
        assertThat(asked).isNotEmpty().allSatisfy(e -> {
            assertThat(e.path()).isIn("/api", "/apis");
            assertThat(e.code()).isEqualTo(304);
        });
    }

    private void goes(String name) {
        client.namespaces().withName(name).delete();
        until(() -> client.namespaces().withName(name).get() == null);
    }

    /** Of a condition of the namespace; empty when there is none. */
    private String message(String type) {
        Namespace now = client.namespaces().withName(namespace).get();
        if (now == null || now.getStatus() == null || now.getStatus().getConditions() == null) {
            return "";
        }
        return now.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .map(c -> c.getMessage())
                .findFirst()
                .orElse("");
    }
}
