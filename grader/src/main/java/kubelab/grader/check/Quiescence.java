package kubelab.grader.check;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows when a namespace will not change any more by itself: nothing in it has changed for a while, and no Pod is on its
 * way. This is why a wrong answer is told so within seconds, and need not wait for every deadline.
 */
final class Quiescence {
    /** Reasons of a waiting container that waiting will not mend. */
    private static final Set<String> STUCK = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "CrashLoopBackOff",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    /** How the names of nodes begin that are only objects, see the checks of the chapter on the scheduler. */
    private static final String PAPER = "paper-";

    private final CheckContext run;
    private final Duration quiet;
    private String last = "";
    private int touches = -1;
    private long since = System.nanoTime();

    Quiescence(CheckContext run, Duration quiet) {
        this.run = run;
        this.quiet = quiet;
    }

    /** Looks at the namespace; to be called again and again. */
    boolean reached() {
        KubernetesClient client = run.client();
        String namespace = run.namespace();
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        String now = Stream.of(
                        pods,
                        client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
                        client.apps()
                                .replicaSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .<HasMetadata>flatMap(List::stream)
                .map(o -> o.getMetadata().getUid() + "@" + state(o))
                .sorted()
                .collect(Collectors.joining(","));
        boolean onTheWay = pods.stream().anyMatch(Quiescence::isOnItsWay);
        if (!now.equals(last) || touches != run.touches() || onTheWay) {
            last = now;
            touches = run.touches();
            since = System.nanoTime();
        }
        return System.nanoTime() - since >= quiet.toNanos();
    }

    /**
     * Changes whenever the object does, but for one thing: why a Pod has no node. That counts the nodes of the whole
     * cluster, and those on paper come and go with other people's gradings.
     */
    private static String state(HasMetadata object) {
        if (object instanceof Pod pod && pod.getSpec().getNodeName() == null && isUnschedulable(pod)) {
            return "waits " + pod.getMetadata().getGeneration() + " "
                    + pod.getStatus().getNominatedNodeName();
        }
        return object.getMetadata().getResourceVersion();
    }

    private static boolean isOnItsWay(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return true;
        }
        if (pod.getStatus() == null) {
            return true;
        }
        String node = pod.getSpec().getNodeName();
        if (node != null && node.startsWith(PAPER)) {
            return false; // there is no kubelet that could start it
        }
        List<ContainerStatus> containers = Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .toList();
        boolean stuck = containers.stream()
                .anyMatch(c -> c.getState() != null
                        && c.getState().getWaiting() != null
                        && STUCK.contains(c.getState().getWaiting().getReason()));
        boolean initRuns = pod.getStatus().getInitContainerStatuses().stream()
                .anyMatch(c -> c.getState() != null && c.getState().getRunning() != null);
        return "Pending".equals(pod.getStatus().getPhase()) && !stuck && !initRuns && !isUnschedulable(pod);
    }

    private static boolean isUnschedulable(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()));
    }
}
