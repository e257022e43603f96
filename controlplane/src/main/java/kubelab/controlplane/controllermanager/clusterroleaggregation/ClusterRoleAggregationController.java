package kubelab.controlplane.controllermanager.clusterroleaggregation;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.labels.LabelSelectors;

/** A role with an aggregation rule has the rules of all roles that its selectors match. */
public final class ClusterRoleAggregationController {
    private static final String NAME = "clusterrole-aggregation-controller";

    private ClusterRoleAggregationController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<ClusterRole> roles = context.informers().of(ClusterRole.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<ClusterRole> role = roles.get(key).filter(r -> r.getAggregationRule() != null);
            if (role.isPresent()) {
                aggregate(client, role.get(), roles.list());
            }
            return Result.done();
        });
        Consumer<ClusterRole> changed = part -> roles.list().stream()
                .filter(whole -> whole.getAggregationRule() != null)
                .filter(whole -> isSame(whole, part) || isPart(part, whole))
                .forEach(whole -> loop.enqueue(Key.of(whole)));
        roles.onEvent(
                changed,
                (before, after) -> {
                    changed.accept(before); // one that lost its label was a part until now
                    changed.accept(after);
                },
                changed);
        return loop;
    }

    private static void aggregate(KubernetesClient client, ClusterRole role, List<ClusterRole> all) {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        all.stream()
                .sorted(Comparator.comparing(r -> r.getMetadata().getName()))
                .filter(r -> !isSame(r, role) && isPart(r, role))
                .forEach(r -> rules.addAll(Objects.requireNonNullElse(r.getRules(), List.of())));
        if (!Set.copyOf(Objects.requireNonNullElse(role.getRules(), List.of())).equals(rules)) {
            client.resource(new ClusterRoleBuilder(role)
                            .withRules(List.copyOf(rules))
                            .build())
                    .update();
        }
    }

    private static boolean isSame(ClusterRole one, ClusterRole other) {
        return one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    private static boolean isPart(ClusterRole part, ClusterRole whole) {
        return whole.getAggregationRule().getClusterRoleSelectors().stream()
                .anyMatch(s -> LabelSelectors.match(s, part.getMetadata().getLabels()));
    }
}
