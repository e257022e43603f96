package kubelab.controlplane.kubelet;

import java.time.Duration;
import java.time.Instant;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.ImagePullException;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that a container's image is on the node, with the back-off after a failed pull.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/images (EnsureImageExists), release 1.34.
 */
final class ImagePull {
    private final PodContext pod;
    private final ContainerLifecycle lifecycle;
    private final Backoff backoff = new Backoff();
    private String id = "";
    private @Nullable Instant failedAt;
    private String failure = "";
    private @Nullable Instant said;

    ImagePull(PodContext pod, ContainerLifecycle lifecycle) {
        this.pod = pod;
        this.lifecycle = lifecycle;
    }

    /** Empty until the image is there. */
    String id() {
        return id;
    }

    /** The image as the runtime knows it. */
    String name() {
        return lifecycle.spec().getImage();
    }

    /** Another image is wanted now. */
    void forget() {
        failedAt = null;
        said = null;
    }

    /** @return false when there is no image yet: the container waits with the reason, and the Pod will be woken */
    boolean ensure() {
        String image = lifecycle.spec().getImage();
        String problem = ImageNames.problem(image);
        if (problem != null) {
            lifecycle.say(EventRecorder.Type.WARNING, "InspectFailed", problem);
            return refuse("InvalidImageName", problem, ContainerLifecycle.RESYNC);
        }
        ContainerRuntime runtime = pod.runtime();
        String policy = lifecycle.spec().getImagePullPolicy();
        boolean present = runtime.hasImage(image);
        if (!present && "Never".equals(policy)) {
            String message = "Container image \"" + image + "\" is not present with pull policy of Never";
            lifecycle.say(EventRecorder.Type.WARNING, "ErrImageNeverPull", message);
            return refuse("ErrImageNeverPull", message, ContainerLifecycle.RESYNC);
        }
        try {
            if (present && !"Always".equals(policy)) {
                id = runtime.pullImage(image);
                lifecycle.say(
                        EventRecorder.Type.NORMAL,
                        "Pulled",
                        "Container image \"" + image + "\" already present on machine" + simulated(runtime, image));
                return true;
            }
            return !backingOff(image) && pull(runtime, image);
        } catch (ImagePullException e) {
            return failed(image, String.valueOf(e.getMessage()));
        }
    }

    private boolean backingOff(String image) {
        Instant now = pod.clock().now();
        Duration left = failedAt == null ? Duration.ZERO : backoff.remaining(failedAt, now);
        if (left.isZero()) {
            return false;
        }
        lifecycle.waitFor("ImagePullBackOff", "Back-off pulling image \"" + image + "\": ErrImagePull: " + failure);
        if (said == null || Duration.between(said, now).compareTo(ContainerLifecycle.RESYNC) >= 0) {
            said = now;
            lifecycle.say(EventRecorder.Type.NORMAL, "BackOff", "Back-off pulling image \"" + image + "\"");
            lifecycle.say(EventRecorder.Type.WARNING, "Failed", "Error: ImagePullBackOff");
        }
        pod.wake(left.compareTo(ContainerLifecycle.RESYNC) < 0 ? left : ContainerLifecycle.RESYNC);
        return true;
    }

    private boolean pull(ContainerRuntime runtime, String image) throws ImagePullException {
        lifecycle.say(EventRecorder.Type.NORMAL, "Pulling", "Pulling image \"" + image + "\"");
        Instant begin = pod.clock().now();
        id = runtime.pullImage(image);
        String took = Durations.format(Duration.between(begin, pod.clock().now()));
        long size = runtime.images().stream()
                .filter(i -> i.names().contains(image) || i.names().contains(ImageNames.full(image)))
                .mapToLong(ContainerRuntime.Image::sizeBytes)
                .findFirst()
                .orElse(0);
        lifecycle.say(
                EventRecorder.Type.NORMAL,
                "Pulled",
                "Successfully pulled image \"" + image + "\" in " + took + " (" + took
                        + " including waiting). Image size: " + size + " bytes." + simulated(runtime, image));
        failedAt = null;
        return true;
    }

    /** A learner shall see that this is not the image that was asked for. */
    private static String simulated(ContainerRuntime runtime, String image) {
        String other = runtime.simulatedBy(image);
        return other.isEmpty() ? "" : " (simulated as " + other + ")";
    }

    private boolean failed(String image, String message) {
        lifecycle.say(EventRecorder.Type.WARNING, "Failed", "Failed to pull image \"" + image + "\": " + message);
        Instant now = pod.clock().now();
        backoff.next(now, now);
        failedAt = now;
        failure = message;
        said = null;
        return refuse("ErrImagePull", message, ContainerLifecycle.SETTLE);
    }

    private boolean refuse(String reason, String message, Duration again) {
        lifecycle.waitFor(reason, message);
        lifecycle.say(EventRecorder.Type.WARNING, "Failed", "Error: " + reason);
        pod.wake(again);
        return false;
    }
}
