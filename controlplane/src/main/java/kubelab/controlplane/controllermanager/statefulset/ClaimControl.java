package kubelab.controlplane.controllermanager.statefulset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.events.EventRecorder;

/**
 * A set's claims: makes those that a Pod needs, and says by owner references what becomes of them. A claim that is to go with
 * the set has the set as its owner, one that is to go with a Pod that is scaled away has that Pod; the garbage collector does
 * the rest. Without a policy claims have no owner, and stay.
 *
 * <p>Source: {@code pkg/controller/statefulset/stateful_pod_control.go}, 1.34.
 */
final class ClaimControl {
    private final Cached<PersistentVolumeClaim> cached;
    private final KubernetesClient client;
    private final EventRecorder events;

    ClaimControl(Cached<PersistentVolumeClaim> cached, KubernetesClient client, EventRecorder events) {
        this.cached = cached;
        this.client = client;
        this.events = events;
    }

    /** Makes the claims that the Pod with this number lacks. @throws IllegalStateException one of them is going */
    void create(StatefulSet set, int ordinal) {
        String pod = Identity.name(set, ordinal);
        String in = " in StatefulSet " + set.getMetadata().getName() + " ";
        for (PersistentVolumeClaim claim : Identity.claims(set, ordinal)) {
            String name = claim.getMetadata().getName();
            Optional<PersistentVolumeClaim> present = live(claim);
            if (present.isPresent()) {
                if (present.get().getMetadata().getDeletionTimestamp() != null) {
                    String why = "pvc " + name + " is being deleted";
                    events.warning(set, "FailedCreate", "create Pod " + pod + in + "failed error: " + why);
                    throw new IllegalStateException(why);
                }
                continue;
            }
            try {
                client.resource(claim).create();
                events.normal(set, "SuccessfulCreate", "create Claim " + name + " Pod " + pod + in + "success");
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !PodControl.isNamespaceTerminating(e)) {
                    String why = PodControl.message(e);
                    events.warning(
                            set,
                            "FailedCreate",
                            "create Claim " + name + " for Pod " + pod + in + "failed error: " + why);
                    events.warning(
                            set,
                            "FailedCreate",
                            "create Pod " + pod + in + "failed error: failed to create PVC " + name + ": " + why);
                }
                throw e;
            }
        }
    }

    /** Whether a claim still goes with an earlier Pod of this number: a new Pod must wait until it is gone. */
    boolean isStale(StatefulSet set, int ordinal) {
        return goWhenScaled(set)
                && Identity.claims(set, ordinal).stream()
                        .map(claim -> live(claim).orElse(claim))
                        .anyMatch(claim -> claim.getMetadata().getOwnerReferences().stream()
                                .anyMatch(r -> names(r, "Pod", Identity.name(set, ordinal))));
    }

    /** Gives the claims of a Pod the owners that the set's policy asks for. @param surplus the set is to lose the Pod */
    void follow(StatefulSet set, int ordinal, Pod pod, boolean surplus) {
        for (PersistentVolumeClaim wanted : Identity.claims(set, ordinal)) {
            Optional<PersistentVolumeClaim> found = cached.get(
                    wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
            if (found.isEmpty()) {
                continue;
            }
            List<OwnerReference> before = found.get().getMetadata().getOwnerReferences();
            if (isForeign(before, set, "StatefulSet") || isForeign(before, pod, "Pod")) {
                continue; // an earlier object of that name had it, and it goes with that one
            }
            List<OwnerReference> after = owners(before, set, pod, surplus);
            if (!after.equals(before)) {
                client.resource(new PersistentVolumeClaimBuilder(found.get())
                                .editMetadata()
                                .withOwnerReferences(after)
                                .endMetadata()
                                .build())
                        .update();
            }
        }
    }

    private static List<OwnerReference> owners(List<OwnerReference> before, StatefulSet set, Pod pod, boolean surplus) {
        List<OwnerReference> after = new ArrayList<>(before);
        after.removeIf(r -> names(r, "StatefulSet", set.getMetadata().getName())
                || names(r, "Pod", pod.getMetadata().getName()));
        if (after.stream().anyMatch(r -> Boolean.TRUE.equals(r.getController()))) {
            return after; // another controller manages it
        }
        if (goWhenScaled(set) && surplus) {
            after.add(Ownership.controllerReference(pod));
        } else if (goWhenDeleted(set)) {
            after.add(Ownership.controllerReference(set));
        }
        return after;
    }

    /** As the cache has it; asked for where that has none, for it may be behind. */
    private Optional<PersistentVolumeClaim> live(PersistentVolumeClaim claim) {
        return cached.get(
                        claim.getMetadata().getNamespace(), claim.getMetadata().getName())
                .or(() -> Optional.ofNullable(client.resource(claim).get()));
    }

    private static boolean isForeign(List<OwnerReference> references, HasMetadata owner, String kind) {
        return references.stream()
                .anyMatch(r -> names(r, kind, owner.getMetadata().getName())
                        && !r.getUid().equals(owner.getMetadata().getUid()));
    }

    private static boolean names(OwnerReference reference, String kind, String name) {
        return reference.getKind().equals(kind) && reference.getName().equals(name);
    }

    private static boolean goWhenScaled(StatefulSet set) {
        return policy(set).map(p -> "Delete".equals(p.getWhenScaled())).orElse(false);
    }

    private static boolean goWhenDeleted(StatefulSet set) {
        return policy(set).map(p -> "Delete".equals(p.getWhenDeleted())).orElse(false);
    }

    private static Optional<StatefulSetPersistentVolumeClaimRetentionPolicy> policy(StatefulSet set) {
        return Optional.ofNullable(set.getSpec().getPersistentVolumeClaimRetentionPolicy());
    }
}
