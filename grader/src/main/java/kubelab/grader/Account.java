package kubelab.grader;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.course.Exercise;

/**
 * The account an answer speaks as: a ServiceAccount that may do in the answer's namespace what its exercise needs, by
 * default everything but RBAC and what concerns the namespace itself. It lives in the grader's own namespace, where the answer cannot reach.
 */
final class Account {
    private static final PolicyRule DEFAULT = new PolicyRuleBuilder()
            .withApiGroups(
                    "apps",
                    "batch",
                    "autoscaling",
                    "policy",
                    "networking.k8s.io",
                    "discovery.k8s.io",
                    "coordination.k8s.io",
                    "events.k8s.io")
            .withResources("*")
            .withVerbs("*")
            .build();

    /**
     * All of the core group that a namespace holds. Not {@code *}: a Role with that covers the Namespace object itself, and
     * with it the label by which Pod Security holds the answer back.
     */
    private static final PolicyRule CORE = new PolicyRuleBuilder()
            .withApiGroups("")
            .withResources(
                    "bindings",
                    "configmaps",
                    "endpoints",
                    "events",
                    "limitranges",
                    "persistentvolumeclaims",
                    "persistentvolumeclaims/status",
                    "pods",
                    "pods/attach",
                    "pods/binding",
                    "pods/ephemeralcontainers",
                    "pods/eviction",
                    "pods/exec",
                    "pods/log",
                    "pods/portforward",
                    "pods/proxy",
                    "pods/resize",
                    "pods/status",
                    "podtemplates",
                    "replicationcontrollers",
                    "replicationcontrollers/scale",
                    "replicationcontrollers/status",
                    "resourcequotas",
                    "resourcequotas/status",
                    "secrets",
                    "serviceaccounts",
                    "serviceaccounts/token",
                    "services",
                    "services/proxy",
                    "services/status")
            .withVerbs("*")
            .build();

    private static final PolicyRule LOOK = new PolicyRuleBuilder()
            .withApiGroups("")
            .withResources("namespaces")
            .withVerbs("get")
            .build();

    private final KubernetesClient client;
    private final String home;
    private final Map<String, String> labels;
    /** Names of what belongs to no namespace and is not taken away yet. */
    private final Set<String> clusterWide = ConcurrentHashMap.newKeySet();

    /** @param home a namespace of the grader's own */
    Account(KubernetesClient client, String home, Map<String, String> labels) {
        this.client = client;
        this.home = home;
        this.labels = labels;
    }

    /** Makes an account for one namespace; returns its kubeconfig. */
    String open(String namespace, Exercise exercise) {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .withNamespace(home)
                        .endMetadata()
                        .build())
                .create();
        List<PolicyRule> rules = new ArrayList<>(List.of(DEFAULT, CORE, LOOK));
        exercise.rules().forEach(rule -> rules.add(rule(rule)));
        client.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("answer")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("answer")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(namespace)
                        .withNamespace(home)
                        .endSubject()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "answer")
                        .build())
                .create();
        if (!exercise.clusterRules().isEmpty()) {
            clusterWide(namespace, exercise);
        }
        String token = client.serviceAccounts()
                .inNamespace(home)
                .withName(namespace)
                .tokenRequest()
                .getStatus()
                .getToken();
        return kubeconfig(client.getConfiguration(), token, namespace);
    }

    private void clusterWide(String namespace, Exercise exercise) {
        clusterWide.add(clusterRole(namespace));
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(clusterRole(namespace))
                        .withLabels(labels)
                        .endMetadata()
                        .withRules(exercise.clusterRules().stream()
                                .map(Account::rule)
                                .toList())
                        .build())
                .create();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(clusterRole(namespace))
                        .withLabels(labels)
                        .endMetadata()
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(namespace)
                        .withNamespace(home)
                        .endSubject()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", clusterRole(namespace))
                        .build())
                .create();
    }

    /** Takes away what is not gone with the namespace. */
    void revoke(String namespace, Exercise exercise) {
        if (!exercise.clusterRules().isEmpty()) {
            revoke(clusterRole(namespace));
        }
    }

    private void revoke(String clusterRole) {
        client.rbac().clusterRoleBindings().withName(clusterRole).delete();
        client.rbac().clusterRoles().withName(clusterRole).delete();
        clusterWide.remove(clusterRole);
    }

    private static String clusterRole(String namespace) {
        return "kubelab-answer-" + namespace;
    }

    private static PolicyRule rule(Map<String, List<String>> rule) {
        return new PolicyRuleBuilder()
                .withApiGroups(rule.getOrDefault("apiGroups", List.of()))
                .withResources(rule.getOrDefault("resources", List.of()))
                .withVerbs(rule.getOrDefault("verbs", List.of()))
                .build();
    }

    void close() {
        clusterWide.forEach(this::revoke);
    }

    private static String kubeconfig(Config admin, String token, String namespace) {
        String trust = admin.getCaCertData() == null || admin.getCaCertData().isBlank()
                ? "insecure-skip-tls-verify: true"
                : "certificate-authority-data: " + base64(admin.getCaCertData());
        return """
                apiVersion: v1
                kind: Config
                current-context: answer
                clusters:
                - name: kubelab
                  cluster:
                    server: %s
                    %s
                users:
                - name: answer
                  user:
                    token: %s
                contexts:
                - name: answer
                  context:
                    cluster: kubelab
                    user: answer
                    namespace: %s
                """.formatted(admin.getMasterUrl(), trust, token, namespace);
    }

    /** The client keeps the certificate either as it came or decoded. */
    private static String base64(String certificate) {
        return certificate.contains("-----BEGIN")
                ? Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.UTF_8))
                : certificate;
    }
}
