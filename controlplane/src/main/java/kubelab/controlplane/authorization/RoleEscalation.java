package kubelab.controlplane.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.Authorizer.Attributes;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;

/**
 * Nobody can grant what they do not have: who writes a role, or binds one, must hold all its rules already, unless they
 * may {@code escalate} or {@code bind}.
 *
 * <p>Source: {@code pkg/registry/rbac}, 1.34 (policybased storage).
 */
public final class RoleEscalation implements Admission {
    private static final Map<String, String> ROLES = Map.of("roles", "Role", "clusterroles", "ClusterRole");
    private static final List<String> BINDINGS = List.of("rolebindings", "clusterrolebindings");

    private final RbacAuthorizer authorizer;

    public RoleEscalation(RbacAuthorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public String name() {
        return "RBAC";
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.resource().group().equals(Policy.GROUP)
                || !request.isCreate() && !request.isUpdate()
                || request.user().groups().contains(User.MASTERS)) {
            return;
        }
        String plural = request.resource().plural();
        if (ROLES.containsKey(plural)) {
            if (!may(request, "escalate", plural, request.namespace(), request.name())) {
                check(request, PolicyRule.of(request.object()));
            }
        } else if (BINDINGS.contains(plural)) {
            String kind = Json.string(request.object(), "roleRef", "kind");
            String role = Json.string(request.object(), "roleRef", "name");
            String roles = kind.equals("Role") ? "roles" : "clusterroles";
            if (!may(request, "bind", roles, request.namespace(), role)) {
                check(request, authorizer.rulesOfRole(kind, request.namespace(), role));
            }
        }
    }

    private boolean may(AdmissionRequest request, String verb, String roles, String namespace, String name) {
        return authorizer
                .authorize(
                        new Attributes(request.user(), verb, Policy.GROUP, "v1", roles, "", namespace, name, true, ""))
                .allowed();
    }

    private void check(AdmissionRequest request, List<PolicyRule> granted) {
        List<PolicyRule> owned = authorizer.rulesOf(request.user(), request.namespace());
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : granted) {
            List<PolicyRule> lacking =
                    rule.parts().stream().filter(p -> !p.isCoveredBy(owned)).toList();
            if (lacking.size() == rule.parts().size() && !lacking.isEmpty()) {
                missing.add(rule);
            } else {
                missing.addAll(lacking);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        User user = request.user();
        String groups = user.groups().stream().map(g -> "\"" + g + "\"").collect(Collectors.joining(" ", "[", "]"));
        throw ApiException.forbidden(
                request.resource(),
                request.name(),
                "user \"" + user.name() + "\" (groups=" + groups
                        + ") is attempting to grant RBAC permissions not currently held:\n"
                        + missing.stream().map(PolicyRule::text).sorted().collect(Collectors.joining("\n")));
    }
}
