package kubelab.controlplane.volumes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.quantity.Amounts;
import org.jspecify.annotations.Nullable;

/** What a claim asks for and how far it is, and the annotations that say so. */
public final class Claims {
    /** At a claim: it and its volume are bound to each other for good. */
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    /** At a claim or volume: a component, not a person, chose the other side. */
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    /** At a claim that waits for its first Pod: the node that the scheduler chose. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    /** At a claim: which provisioner is to make its volume. */
    public static final String STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    /** The same, as older provisioners read it. */
    public static final String BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
    /** At a volume: which provisioner made it, and is to remove it. */
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    /** In a class whose volumes are all made by hand. */
    public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
    private static final String BETA_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class";
    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    private Claims() {}

    /** Whether the two sides are bound, as far as the claim shows. */
    public static boolean isBound(PersistentVolumeClaim claim) {
        return !volumeName(claim).isEmpty() && has(claim.getMetadata(), BIND_COMPLETED);
    }

    /** The volume that it names; empty when it names none. */
    public static String volumeName(PersistentVolumeClaim claim) {
        return Objects.requireNonNullElse(claim.getSpec().getVolumeName(), "");
    }

    /** The name of its class; empty when it has none. */
    public static String className(PersistentVolumeClaim claim) {
        String annotated = annotation(claim.getMetadata(), CLASS);
        return !annotated.isEmpty()
                ? annotated
                : Objects.requireNonNullElse(claim.getSpec().getStorageClassName(), "");
    }

    /** Whether it says anything about a class; {@code ""} is a choice, too. */
    public static boolean choosesClass(PersistentVolumeClaim claim) {
        return has(claim.getMetadata(), CLASS) || claim.getSpec().getStorageClassName() != null;
    }

    public static String className(PersistentVolume volume) {
        String annotated = annotation(volume.getMetadata(), CLASS);
        return !annotated.isEmpty()
                ? annotated
                : Objects.requireNonNullElse(volume.getSpec().getStorageClassName(), "");
    }

    public static boolean isDefault(StorageClass storageClass) {
        return annotation(storageClass.getMetadata(), DEFAULT_CLASS).equals("true")
                || annotation(storageClass.getMetadata(), BETA_DEFAULT_CLASS).equals("true");
    }

    /** Whether volumes of the class are bound only when a Pod that uses the claim is scheduled. */
    public static boolean waitsForConsumer(@Nullable StorageClass storageClass) {
        return storageClass != null && "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode());
    }

    /** The node that the scheduler chose for it; empty when there is none. */
    public static String selectedNode(PersistentVolumeClaim claim) {
        return annotation(claim.getMetadata(), SELECTED_NODE);
    }

    /** How many bytes it asks for. */
    public static BigDecimal size(PersistentVolumeClaim claim) {
        return storage(
                claim.getSpec().getResources() == null
                        ? null
                        : claim.getSpec().getResources().getRequests());
    }

    /** How many bytes it has. */
    public static BigDecimal size(PersistentVolume volume) {
        return storage(volume.getSpec().getCapacity());
    }

    public static BigDecimal storage(@Nullable Map<String, Quantity> amounts) {
        Quantity storage = amounts == null ? null : amounts.get("storage");
        return storage == null ? BigDecimal.ZERO : Amounts.value(storage);
    }

    public static boolean has(ObjectMeta metadata, String annotation) {
        return metadata.getAnnotations() != null && metadata.getAnnotations().containsKey(annotation);
    }

    /** Empty when there is none. */
    public static String annotation(ObjectMeta metadata, String name) {
        return metadata.getAnnotations() == null
                ? ""
                : metadata.getAnnotations().getOrDefault(name, "");
    }

    /** The names of the claims that a Pod's volumes name. */
    public static List<String> of(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .filter(v -> v.getPersistentVolumeClaim() != null)
                .map(v -> v.getPersistentVolumeClaim().getClaimName())
                .distinct()
                .toList();
    }
}
