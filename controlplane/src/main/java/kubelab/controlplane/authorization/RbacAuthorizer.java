package kubelab.controlplane.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import kubelab.controlplane.apiserver.request.Authorizer;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.authorization.Policy.Binding;
import kubelab.controlplane.authorization.Policy.Subject;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Role-based access control: a request is allowed if a rule allows it, of a role that a binding grants to the user or
 * to one of the user's groups. Members of {@code system:masters} may do everything.
 *
 * <p>Source: {@code plugin/pkg/auth/authorizer/rbac}, 1.34. Simplified: nodes have all rights of the role
 * {@code system:node}; upstream's node authorizer lets a node read only what its own Pods use.
 */
public final class RbacAuthorizer implements Authorizer {
    private static final PolicyRule EVERYTHING =
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of());
    private static final PolicyRule EVERY_PATH =
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*"));

    private final ObjectReader reader;
    private volatile @Nullable Compiled compiled;
    /** Guarded by itself. */
    private final Map<String, Policy.Part> parts = new TreeMap<>();

    private record Compiled(long generation, Policy policy) {}

    /** A role granted: by which binding, to whom among the user's identities. */
    private record Grant(
            @Nullable Binding binding, @Nullable Subject subject, List<PolicyRule> rules) {}

    public RbacAuthorizer(ObjectReader reader) {
        this.reader = reader;
    }

    // tag::authorize[]
    @Override
    public Decision authorize(Attributes asked) {
        User user = asked.user();
        if (user.groups().contains(User.MASTERS)) {
            return Decision.ALLOW;
        }
        List<String> missing = new ArrayList<>();
        List<Decision> allowed = new ArrayList<>(1);
        visit(user, asked.namespace(), missing, (grant, rule) -> {
            if (rule.allows(asked)) {
                allowed.add(new Decision(true, reason(grant)));
            }
            return allowed.isEmpty();
        });
        if (!allowed.isEmpty()) {
            return allowed.get(0);
        }
        return missing.isEmpty() ? Decision.DENY : new Decision(false, "RBAC: " + text(missing));
    }

    /** Calls for each rule the user has there, cluster-wide grants first, until the visitor says enough. */
    private void visit(User user, String namespace, List<String> missing, BiPredicate<Grant, PolicyRule> visitor) {
        Policy policy = policy();
        if (user.groups().contains("system:nodes") && user.name().startsWith("system:node:")) {
            List<PolicyRule> rules = policy.roles().getOrDefault("ClusterRole//system:node", List.of());
            if (!visit(new Grant(null, null, rules), visitor)) {
                return;
            }
        }
        List<Binding> bindings = new ArrayList<>(policy.bindings().getOrDefault("", List.of()));
        if (!namespace.isEmpty()) {
            bindings.addAll(policy.bindings().getOrDefault(namespace, List.of()));
        }
        for (Binding binding : bindings) {
            for (Subject subject : binding.subjects()) {
                if (!subject.isOneOf(user)) {
                    continue;
                }
                List<PolicyRule> rules = policy.roles().get(binding.roleKey());
                if (rules == null) {
                    missing.add(binding.roleKind().toLowerCase(java.util.Locale.ROOT) + "." + Policy.GROUP + " \""
                            + binding.roleName() + "\" not found");
                } else if (!visit(new Grant(binding, subject, rules), visitor)) {
                    return;
                }
            }
        }
    }
    // end::authorize[]

    private static boolean visit(Grant grant, BiPredicate<Grant, PolicyRule> visitor) {
        for (PolicyRule rule : grant.rules()) {
            if (!visitor.test(grant, rule)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<ObjectNode> rules(User user, String namespace) {
        return rulesOf(user, namespace).stream().map(PolicyRule::toJson).toList();
    }

    /** All rules that hold for a user in a namespace (or, if that is empty, in the whole cluster). */
    List<PolicyRule> rulesOf(User user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        if (user.groups().contains(User.MASTERS)) {
            rules.add(EVERYTHING);
            rules.add(EVERY_PATH);
        }
        visit(user, namespace, new ArrayList<>(), (grant, rule) -> {
            if (!rules.contains(rule)) {
                rules.add(rule);
            }
            return true;
        });
        return rules;
    }

    /** The rules of a role that a binding refers to; empty when there is no such role. */
    List<PolicyRule> rulesOfRole(String kind, String namespace, String name) {
        return policy().roles()
                .getOrDefault(kind + "/" + (kind.equals("Role") ? namespace : "") + "/" + name, List.of());
    }

    private Policy policy() {
        long generation = 0;
        for (String kind : Policy.KINDS.keySet()) {
            generation += reader.generation(Policy.GROUP, kind);
        }
        Compiled now = compiled;
        if (now == null || now.generation() != generation) {
            synchronized (parts) {
                now = new Compiled(generation, Policy.read(reader, parts));
                compiled = now;
            }
        }
        return now.policy();
    }

    private static String reason(Grant grant) {
        Binding binding = grant.binding();
        Subject subject = grant.subject();
        if (binding == null || subject == null) {
            return "";
        }
        String where = binding.namespace().isEmpty() ? "" : "/" + binding.namespace();
        return "RBAC: allowed by " + binding.kind() + " \"" + binding.name() + where + "\" of " + binding.roleKind()
                + " \"" + binding.roleName() + "\" to " + subject.text();
    }

    private static String text(List<String> missing) {
        List<String> distinct = missing.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : "[" + String.join(", ", distinct) + "]";
    }
}
