package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.SuccessPolicyRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When an Indexed Job has succeeded before all of its indexes have: {@code successPolicy}.
 *
 * <p>Source: {@code pkg/controller/job/success_policy.go}, 1.34.
 */
final class SuccessPolicy {
    private SuccessPolicy() {}

    /** Says which rule is met; empty when none is. */
    static Optional<String> met(Job job, Set<Integer> completed) {
        var policy = job.getSpec().getSuccessPolicy();
        List<SuccessPolicyRule> rules = policy == null || completed.isEmpty() ? List.of() : policy.getRules();
        for (int i = 0; i < rules.size(); i++) {
            if (isMet(rules.get(i), completed)) {
                return Optional.of("Matched rules at index " + i);
            }
        }
        return Optional.empty();
    }

    private static boolean isMet(SuccessPolicyRule rule, Set<Integer> completed) {
        Integer count = rule.getSucceededCount();
        if (rule.getSucceededIndexes() == null) {
            return count != null && completed.size() >= count;
        }
        Set<Integer> wanted = Indexes.parse(rule.getSucceededIndexes());
        long there = wanted.stream().filter(completed::contains).count();
        return !wanted.isEmpty() && (there == wanted.size() || count != null && there >= count);
    }
}
