package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Looks at a Pod's containers and says in words what each of them does. */
public final class Pods {
    private Pods() {}

    public static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    /** The Pod has exactly these containers, and all run. */
    public static Observation allRun(CheckContext run, String pod, String... containers) {
        String expected =
                "the Pod " + pod + " with the containers " + String.join(" and ", containers) + ", all running";
        Optional<Pod> found = run.pod(pod);
        if (found.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod " + pod + others(run));
        }
        List<String> names = found.get().getSpec().getContainers().stream()
                .map(c -> c.getName())
                .toList();
        if (!names.containsAll(Arrays.asList(containers)) || names.size() != containers.length) {
            return Observation.notYet(
                    expected, "its containers: " + String.join(", ", names) + inits(found.get(), containers));
        }
        boolean all = Arrays.stream(containers).allMatch(c -> CheckContext.isRunning(found.get(), c));
        return all
                ? Observation.holds("both containers run in one Pod", ids(found.get()))
                : Observation.notYet(expected, describe(found.get(), containers));
    }

    private static String ids(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(ContainerStatus::getContainerID)
                .collect(Collectors.joining(" "));
    }

    private static String inits(Pod pod, String... wanted) {
        return pod.getSpec().getInitContainers().stream()
                .map(c -> c.getName())
                .filter(Arrays.asList(wanted)::contains)
                .findFirst()
                .map(name -> "; " + name + " is an init container, which must end before the others start")
                .orElse("");
    }

    /** One clause a container, as in {@code web runs, stats waits (CrashLoopBackOff)}. */
    public static String describe(Pod pod, String... containers) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        List<ContainerStatus> inits =
                pod.getStatus() == null ? List.of() : pod.getStatus().getInitContainerStatuses();
        Optional<ContainerStatus> blocking = inits.stream()
                .filter(c -> c.getState() != null && c.getState().getTerminated() == null)
                .findFirst();
        if (blocking.isPresent()) {
            return "the Pod still waits for its init container "
                    + blocking.get().getName() + " to end";
        }
        String each = Arrays.stream(containers)
                .map(c ->
                        CheckContext.status(pod, c).map(s -> c + " " + does(s)).orElse(c + " has not been started"))
                .collect(Collectors.joining(", "));
        return "Pending".equals(phase) && pod.getStatus().getContainerStatuses().isEmpty()
                ? "the Pod is Pending: no container has been started"
                : each;
    }

    private static String does(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null) {
            return "has not been started";
        } else if (state.getRunning() != null) {
            return "runs";
        } else if (state.getTerminated() != null) {
            // between a crash and the next start a container is either of these, as chance has it
            return restartedAgain(status)
                    ? crashed(status)
                    : "has ended with exit code " + state.getTerminated().getExitCode();
        }
        String reason = state.getWaiting() == null ? "" : state.getWaiting().getReason();
        return "CrashLoopBackOff".equals(reason) ? crashed(status) : "waits (" + reason + ")";
    }

    private static boolean restartedAgain(ContainerStatus status) {
        return status.getRestartCount() != null && status.getRestartCount() > 0;
    }

    private static String crashed(ContainerStatus status) {
        return "ends again and again";
    }

    private static String others(CheckContext run) {
        String names =
                run.pods().stream().map(p -> p.getMetadata().getName()).sorted().collect(Collectors.joining(", "));
        return names.isEmpty() ? ", and no other Pod either" : "; there is " + names;
    }
}
