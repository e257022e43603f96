package kubelab.controlplane.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.Authorizer.Attributes;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.transport.InProcess;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rights and refusals in the words of Kubernetes 1.34.4, asked through the API server. */
class RbacAuthorizerTest {
    private final ClusterClock clock = new ClusterClock();
    private ApiServer server;
    private InProcess transport;
    private KubernetesClient admin;
    private KubernetesClient bob;

    @BeforeEach
    void start() {
        server = ApiServer.builder(clock)
                .authorizer(RbacAuthorizer::new)
                .admission(reader -> List.of(new RoleEscalation(new RbacAuthorizer(reader))))
                .build();
        transport = new InProcess(server);
        admin = transport.clientFor(User.of("admin", User.MASTERS));
        bob = transport.clientFor("bob");
        create(admin, "{apiVersion: v1, kind: Namespace, metadata: {name: lab}}");
    }

    @AfterEach
    void stop() {
        bob.close();
        admin.close();
        transport.close();
        server.close();
        clock.close();
    }

    @Test
    void nobody_may_do_anything_unless_a_rule_says_so() {
        refused(
                () -> bob.pods().inNamespace("lab").list(),
                "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace \"lab\"");
        refused(
                () -> bob.nodes().list(),
                "nodes is forbidden: User \"bob\" cannot list resource \"nodes\" in API group \"\" at the cluster scope");
    }

    @Test
    void a_role_and_its_binding_give_rights_at_once_and_take_them_away_at_once() {
        create(admin, role("reader", "{apiGroups: [''], resources: [pods], verbs: [get, list]}"));
        HasMetadata binding = create(admin, binding("read", "Role", "reader", "bob"));
        assertThat(bob.pods().inNamespace("lab").list().getItems()).isEmpty();
        refused(
                () -> bob.pods().inNamespace("default").list(),
                "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace "
                        + "\"default\"");
        assertThat(server.authorizer()
                        .authorize(new Attributes(User.of("bob"), "get", "", "v1", "pods", "", "lab", "p", true, ""))
                        .reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"read/lab\" of Role \"reader\" to User \"bob\"");
        admin.resource(binding).delete();
        assertThatThrownBy(() -> bob.pods().inNamespace("lab").list()).hasMessageContaining("forbidden");
    }

    @Test
    void a_service_account_without_a_namespace_is_one_of_the_bindings_own() {
        create(admin, role("reader", "{apiGroups: [''], resources: [pods], verbs: [get]}"));
        create(
                admin,
                binding("read", "Role", "reader", "builder")
                        .replace("kind: User, apiGroup: rbac.authorization.k8s.io,", "kind: ServiceAccount,"));
        assertThat(server.authorizer()
                        .authorize(new Attributes(
                                User.component("system:serviceaccount:lab:builder"),
                                "get",
                                "",
                                "v1",
                                "pods",
                                "",
                                "lab",
                                "p",
                                true,
                                ""))
                        .reason())
                .isEqualTo(
                        "RBAC: allowed by RoleBinding \"read/lab\" of Role \"reader\" to ServiceAccount \"builder/lab\"");
    }

    @Test
    void a_binding_to_a_role_that_is_not_there_is_named() {
        create(admin, binding("dangling", "Role", "nope", "bob"));
        refused(
                () -> bob.pods().inNamespace("lab").list(),
                "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace \"lab\":"
                        + " RBAC: role.rbac.authorization.k8s.io \"nope\" not found");
    }

    @Test
    void nobody_grants_what_they_do_not_have() {
        create(
                admin,
                role("roles", "{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [create, get]}"));
        create(admin, binding("roles", "Role", "roles", "bob"));
        refused(
                () -> create(bob, role("x", "{apiGroups: [''], resources: [pods], verbs: [get, list]}")),
                "roles.rbac.authorization.k8s.io \"x\" is forbidden: user \"bob\" (groups=[\"system:authenticated\"]) is"
                        + " attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\" \"list\"]}");
        create(bob, role("y", "{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get]}"));
    }

    @Test
    void a_new_clusters_own_parts_have_their_rights_before_and_after_the_policy_is_stored() {
        check("system:kube-scheduler", "create", "pods", "binding", true);
        check("system:serviceaccount:kube-system:replicaset-controller", "create", "pods", "", true);
        check("system:serviceaccount:kube-system:replicaset-controller", "delete", "nodes", "", false);
        check("system:node:worker1", "patch", "nodes", "status", true);
        check("system:node:worker1", "delete", "namespaces", "", false);
        BootstrapPolicy.objects().forEach(o -> create(admin, o.toString()));
        check("system:kube-scheduler", "create", "pods", "binding", true);
        admin.rbac().clusterRoleBindings().withName("system:kube-scheduler").delete();
        check("system:kube-scheduler", "create", "pods", "binding", false);
    }

    private void check(String user, String verb, String resource, String subresource, boolean allowed) {
        assertThat(server.authorizer()
                        .authorize(new Attributes(
                                User.component(user), verb, "", "v1", resource, subresource, "lab", "x", true, ""))
                        .allowed())
                .as("%s may %s %s/%s", user, verb, resource, subresource)
                .isEqualTo(allowed);
    }

    private static HasMetadata create(KubernetesClient client, String text) {
        HasMetadata object = Serialization.unmarshal(text.startsWith("{\"") ? text : "--- " + text);
        return client.resource(object).create();
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(
                        e.getStatus().getMessage())
                .isEqualTo(message));
    }

    private static String role(String name, String rule) {
        return "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: " + name
                + ", namespace: lab}, rules: [" + rule + "]}";
    }

    private static String binding(String name, String kind, String role, String user) {
        return "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: " + name
                + ", namespace: lab}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + kind + ", name: " + role
                + "}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: " + user + "}]}";
    }
}
