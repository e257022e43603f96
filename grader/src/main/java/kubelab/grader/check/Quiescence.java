package kubelab.grader.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows when a namespace will not change any more by itself: nothing in it has changed for a while, no Pod is on its way,
 * and the cluster is quick enough for that to mean something ({@link Pulse}). This is why a wrong answer is told so within seconds, and need not wait for every deadline.
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

    /** How the names of hollow nodes begin, see {@code HollowNodes} of the looks. */
    private static final String HOLLOW = "hollow-";

    /** What is at work without showing it gets so many times as long. */
    private static final int PATIENCE = 4;

    private final CheckContext run;
    private final Duration quiet;
    private final Pulse pulse;
    private String last = "";
    private int touches = -1;
    private long since = System.nanoTime();

    Quiescence(CheckContext run, Duration quiet, Pulse pulse) {
        this.run = run;
        this.quiet = quiet;
        this.pulse = pulse;
    }

    /** Looks at the namespace; to be called again and again. */
    boolean reached() {
        KubernetesClient client = run.client();
        String namespace = run.namespace();
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        List<Deployment> deployments =
                client.apps().deployments().inNamespace(namespace).list().getItems();
        String now = Stream.of(
                        pods,
                        deployments,
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
        long needed = isAtWork(pods, deployments) ? quiet.toNanos() * PATIENCE : quiet.toNanos();
        long passed = System.nanoTime() - since;
        // a beat may take a while: it begins before it is waited for
        boolean through = passed >= needed / 4 && pulse.beatSince(since);
        return through && passed >= needed;
    }

    /**
     * What is not finished is not at rest, although no object changes: an init container that runs, a Pod of a Job, a
     * rollout. It may go on for ever, so the wait for it is longer and has an end.
     */
    private static boolean isAtWork(List<Pod> pods, List<Deployment> deployments) {
        boolean stuck = pods.stream().anyMatch(p -> isStuck(p) || isUnschedulable(p));
        return pods.stream().anyMatch(p -> runsInit(p) || runsForAJob(p))
                || (!stuck && deployments.stream().anyMatch(Quiescence::rollsOut));
    }

    private static boolean runsInit(Pod pod) {
        Set<String> sidecars = pod.getSpec().getInitContainers().stream()
                .filter(c -> "Always".equals(c.getRestartPolicy()))
                .map(Container::getName)
                .collect(Collectors.toSet());
        return pod.getStatus() != null
                && pod.getStatus().getInitContainerStatuses().stream()
                        .anyMatch(c -> c.getState() != null
                                && c.getState().getRunning() != null
                                && !sidecars.contains(c.getName()));
    }

    private static boolean runsForAJob(Pod pod) {
        return pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase())
                && pod.getMetadata().getOwnerReferences().stream().anyMatch(o -> "Job".equals(o.getKind()));
    }

    private static boolean rollsOut(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        Integer wanted = deployment.getSpec().getReplicas();
        if (status == null || status.getObservedGeneration() == null || wanted == null) {
            return true;
        }
        boolean seen =
                status.getObservedGeneration() >= deployment.getMetadata().getGeneration();
        return !Boolean.TRUE.equals(deployment.getSpec().getPaused())
                && (!seen || or0(status.getUpdatedReplicas()) < wanted || or0(status.getReplicas()) > wanted);
    }

    private static int or0(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    /**
     * Changes whenever the object does, but for one thing: why a Pod has no node. That counts the nodes of the whole
     * cluster, and hollow nodes come and go with other gradings.
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
        if (node != null && node.startsWith(HOLLOW)) {
            return false; // there is no kubelet that could start it
        }
        return "Pending".equals(pod.getStatus().getPhase()) && !isStuck(pod) && !runsInit(pod) && !isUnschedulable(pod);
    }

    private static boolean isStuck(Pod pod) {
        return pod.getStatus() != null
                && Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .anyMatch(c -> c.getState() != null
                                && c.getState().getWaiting() != null
                                && STUCK.contains(c.getState().getWaiting().getReason()));
    }

    private static boolean isUnschedulable(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()));
    }
}
