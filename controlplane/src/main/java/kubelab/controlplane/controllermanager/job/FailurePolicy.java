package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * When a Pod of a Job has failed, and what that means: {@code podReplacementPolicy} and {@code podFailurePolicy}. Pure
 * functions.
 *
 * <p>Source: {@code pkg/controller/job/pod_failure_policy.go}, 1.34.
 */
final class FailurePolicy {
    /** What a failure means. */
    enum Action {
        /** No rule applies: it counts. */
        NONE,
        COUNT,
        IGNORE,
        FAIL_INDEX,
        FAIL_JOB
    }

    /** @param message why the Job fails; empty for all other actions */
    record Verdict(Action action, String message) {}

    private FailurePolicy() {}

    /** A Pod that is being deleted counts as failed, unless the Job waits until it has ended. */
    static boolean isFailed(Job job, Pod pod) {
        String phase = PodState.phase(pod);
        return phase.equals("Failed") || !waitsForEnd(job) && PodState.isTerminating(pod) && !phase.equals("Succeeded");
    }

    /** A new Pod is made only when the one before has ended, not already when it is being deleted. */
    static boolean waitsForEnd(Job job) {
        return "Failed".equals(job.getSpec().getPodReplacementPolicy())
                || job.getSpec().getPodFailurePolicy() != null;
    }

    // tag::judge[]
    /** What the first rule that applies says of a failed Pod. */
    static Verdict judge(Job job, Pod failed) {
        var policy = job.getSpec().getPodFailurePolicy();
        List<PodFailurePolicyRule> rules = policy == null ? List.of() : policy.getRules();
        for (int i = 0; i < rules.size(); i++) {
            PodFailurePolicyRule rule = rules.get(i);
            Optional<String> cause = cause(rule, failed);
            if (cause.isPresent()) {
                Action action = action(rule.getAction());
                String message = cause.get() + " matching " + rule.getAction() + " rule at index " + i;
                return new Verdict(action, action == Action.FAIL_JOB ? message : "");
            }
        }
        return new Verdict(Action.NONE, "");
    }
    // end::judge[]

    static boolean counts(Job job, Pod failed) {
        return judge(job, failed).action() != Action.IGNORE;
    }

    private static Action action(String name) {
        return switch (name) {
            case "Ignore" -> Action.IGNORE;
            case "FailIndex" -> Action.FAIL_INDEX;
            case "FailJob" -> Action.FAIL_JOB;
            default -> Action.COUNT;
        };
    }

    private static Optional<String> cause(PodFailurePolicyRule rule, Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        if (rule.getOnExitCodes() != null) {
            return container(status.getContainerStatuses(), rule.getOnExitCodes())
                    .or(() -> container(status.getInitContainerStatuses(), rule.getOnExitCodes()))
                    .map(c -> "Container " + c.getName() + " for pod " + name + " failed with exit code "
                            + c.getState().getTerminated().getExitCode());
        }
        return status.getConditions().stream()
                .filter(c -> rule.getOnPodConditions().stream().anyMatch(pattern -> matches(c, pattern)))
                .findFirst()
                .map(c -> "Pod " + name + " has condition " + c.getType());
    }

    private static boolean matches(PodCondition condition, PodFailurePolicyOnPodConditionsPattern pattern) {
        return condition.getType().equals(pattern.getType())
                && condition.getStatus().equals(pattern.getStatus());
    }

    /** The first container that ended with a code other than zero that is meant. */
    private static Optional<ContainerStatus> container(
            List<ContainerStatus> containers, PodFailurePolicyOnExitCodesRequirement wanted) {
        return Objects.requireNonNullElse(containers, List.<ContainerStatus>of()).stream()
                .filter(c -> wanted.getContainerName() == null
                        || wanted.getContainerName().equals(c.getName()))
                .filter(c -> c.getState() != null && c.getState().getTerminated() != null)
                .filter(c -> {
                    int code = c.getState().getTerminated().getExitCode();
                    return code != 0 && wanted.getValues().contains(code) == "In".equals(wanted.getOperator());
                })
                .findFirst();
    }
}
