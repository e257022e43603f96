package kubelab.controlplane.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.ImagePullException;
import kubelab.containers.runtime.RegistryCredentials;
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
    private @Nullable CompletableFuture<Done> pulling;

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

    private record Done(String image, String id, String failure, Duration took) {}

    /** @return false when there is no image yet: the container waits with the reason, and the Pod will be woken */
    boolean ensure() {
        String image = lifecycle.spec().getImage();
        String problem = ImageNames.problem(image);
        if (problem != null) {
            lifecycle.say(EventRecorder.Type.WARNING, "InspectFailed", problem);
            return refuse("InvalidImageName", problem, ContainerLifecycle.RESYNC);
        }
        PullSecrets secrets = pod.pullSecrets();
        if (!secrets.missing().isEmpty()) {
            pod.events()
                    .warning(
                            pod.pod(),
                            "FailedToRetrieveImagePullSecret",
                            "Unable to retrieve some image pull secrets (" + String.join(", ", secrets.missing())
                                    + "); attempting to pull the image may not succeed.");
        }
        ContainerRuntime runtime = pod.runtime();
        Done over = takeDone();
        if (over != null && over.image().equals(image)) {
            return over.failure().isEmpty() ? pulled(runtime, over) : failed(image, over.failure());
        }
        if (pulling != null) {
            return false;
        }
        String policy = lifecycle.spec().getImagePullPolicy();
        boolean present = runtime.hasImage(image);
        if (!present && "Never".equals(policy)) {
            String message = "Container image \"" + image + "\" is not present with pull policy of Never";
            lifecycle.say(EventRecorder.Type.WARNING, "ErrImageNeverPull", message);
            return refuse("ErrImageNeverPull", message, ContainerLifecycle.RESYNC);
        }
        if (present && !"Always".equals(policy)) {
            id = runtime.image(image).map(ContainerRuntime.Image::id).orElse(id);
            lifecycle.say(
                    EventRecorder.Type.NORMAL,
                    "Pulled",
                    "Container image \"" + image + "\" already present on machine" + simulated(runtime, image));
            return true;
        }
        return !backingOff(image) && pull(runtime, image, secrets);
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

    private boolean pull(ContainerRuntime runtime, String image, PullSecrets secrets) {
        lifecycle.say(EventRecorder.Type.NORMAL, "Pulling", "Pulling image \"" + image + "\"");
        if (runtime.pullsOverNetwork(image)) {
            pulling = CompletableFuture.supplyAsync(() -> pullWithAny(runtime, image, secrets), pod.blocking());
            pulling.whenComplete((done, failure) -> pod.queue().execute(pod::changed));
            return false;
        }
        Done done = pullWithAny(runtime, image, secrets);
        return done.failure().isEmpty() ? pulled(runtime, done) : failed(image, done.failure());
    }

    /** Tries all credentials that may be meant, one after another; without credentials where there are none. */
    private Done pullWithAny(ContainerRuntime runtime, String image, PullSecrets secrets) {
        Instant begin = pod.clock().now();
        Set<String> failures = new LinkedHashSet<>();
        for (RegistryCredentials credentials : candidates(secrets, image)) {
            try {
                String got = runtime.pullImage(image, credentials);
                return new Done(
                        image, got, "", Duration.between(begin, pod.clock().now()));
            } catch (ImagePullException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        String all = String.join(", ", failures);
        return new Done(image, "", failures.size() == 1 ? all : "[" + all + "]", Duration.ZERO);
    }

    private static List<@Nullable RegistryCredentials> candidates(PullSecrets secrets, String image) {
        List<@Nullable RegistryCredentials> all = new ArrayList<>(secrets.of(ImageNames.repository(image)));
        return all.isEmpty() ? Collections.singletonList(null) : all;
    }

    private @Nullable Done takeDone() {
        CompletableFuture<Done> now = pulling;
        if (now == null || !now.isDone()) {
            return null;
        }
        pulling = null;
        return now.isCompletedExceptionally() ? null : now.join();
    }

    private boolean pulled(ContainerRuntime runtime, Done done) {
        id = done.id();
        String took = Durations.format(done.took());
        long size = runtime.image(done.image())
                .map(ContainerRuntime.Image::sizeBytes)
                .orElse(0L);
        lifecycle.say(
                EventRecorder.Type.NORMAL,
                "Pulled",
                "Successfully pulled image \"" + done.image() + "\" in " + took + " (" + took
                        + " including waiting). Image size: " + size + " bytes." + simulated(runtime, done.image()));
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
