package kubelab.controlplane.controllermanager.localpath;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.volumes.Bindings;
import kubelab.controlplane.volumes.Claims;

/**
 * Makes and removes volumes. A volume's name follows from its claim's uid, so that no claim gets two.
 *
 * <p>Simplified: directories are made and removed at once, where upstream runs a helper Pod on the node; of the class's
 * parameters none is read.
 */
public final class LocalPathProvisioner implements Reconciler {
    public static final String NAME = "local-path-provisioner";

    static final String PROVISIONER = "rancher.io/local-path";
    /** Where k3s keeps them. */
    static final String FOLDER = "/var/lib/rancher/k3s/storage/";
    /** As long as upstream's library waits after a failure; twice as long after each further one. */
    static final Duration FIRST_RETRY = Duration.ofSeconds(15);

    private static final Duration LAST_RETRY = Duration.ofSeconds(1000);
    private static final String ACCOUNT = "local-path-provisioner-service-account";
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String NODE = "local.path.provisioner/selected-node";

    private final Cached<PersistentVolumeClaim> claims;
    private final Cached<PersistentVolume> volumes;
    private final Cached<StorageClass> classes;
    private final Cached<Node> nodes;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final NodeDirectories directories;
    private final Map<Key, Integer> failures = new ConcurrentHashMap<>();

    /** What the class or the claim asks for cannot be made; told as an Event. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private LocalPathProvisioner(ControllerContext context, NodeDirectories directories) {
        this.client = context.client(ACCOUNT);
        this.events = context.events().recorder(client, PROVISIONER + "_" + NAME, "");
        this.claims = context.informers().ofDormant(PersistentVolumeClaim.class);
        this.volumes = context.informers().ofDormant(PersistentVolume.class);
        this.classes = context.informers().ofDormant(StorageClass.class);
        this.nodes = context.informers().of(Node.class);
        this.directories = directories;
    }

    public static ControlLoop wire(ControllerContext context, NodeDirectories directories) {
        LocalPathProvisioner provisioner = new LocalPathProvisioner(context, directories);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), provisioner);
        provisioner.claims.onChange(claim -> loop.enqueue(Key.of(claim)));
        provisioner.volumes.onEvent(
                volume -> loop.enqueue(Key.of(volume)), (before, after) -> loop.enqueue(Key.of(after)), gone -> {});
        return loop;
    }

    // tag::reconcile[]
    /** A key with a namespace is a claim's, one without is a volume's. */
    @Override
    public Result reconcile(Key key) throws IOException {
        if (key.namespace().isEmpty()) {
            Optional<PersistentVolume> released = volumes.get(key).filter(LocalPathProvisioner::isToGo);
            if (released.isPresent()) {
                remove(released.get());
            }
            return Result.done();
        }
        Optional<PersistentVolumeClaim> claim = claims.get(key).filter(this::isOurs);
        if (claim.isEmpty()) {
            failures.remove(key);
            return Result.done();
        }
        return provision(key, claim.get());
    }
    // end::reconcile[]

    private Result provision(Key key, PersistentVolumeClaim claim) throws IOException {
        String name = "pvc-" + claim.getMetadata().getUid();
        String className = Claims.className(claim);
        Optional<StorageClass> storageClass = classes.get("", className);
        if (storageClass.isEmpty() || volumes.get("", name).isPresent()) {
            return Result.done();
        }
        events.normal(claim, "Provisioning", "External provisioner is provisioning volume for claim \"" + key + "\"");
        try {
            PersistentVolume volume = volume(name, claim, storageClass.get());
            directories.make(Claims.selectedNode(claim), path(volume));
            create(volume);
            events.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + name);
            failures.remove(key);
            return Result.done();
        } catch (Refused e) {
            events.warning(
                    claim,
                    "ProvisioningFailed",
                    "failed to provision volume with StorageClass \"" + className + "\": " + e.getMessage());
            int failed = failures.merge(key, 1, Integer::sum);
            Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failed - 1, 7));
            return Result.after(pause.compareTo(LAST_RETRY) < 0 ? pause : LAST_RETRY);
        }
    }

    private void create(PersistentVolume volume) {
        try {
            client.resource(volume).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e; // a conflict: it was made a moment ago, and the cache did not show it yet
            }
        }
    }

    private PersistentVolume volume(String name, PersistentVolumeClaim claim, StorageClass storageClass)
            throws Refused {
        if (claim.getSpec().getSelector() != null) {
            throw new Refused("claim.Spec.Selector is not supported");
        }
        if (!List.of("ReadWriteOnce", "ReadWriteOncePod")
                .containsAll(claim.getSpec().getAccessModes())) {
            throw new Refused("NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes");
        }
        String node = Claims.selectedNode(claim);
        if (node.isEmpty()) {
            throw new Refused("configuration error, no node was specified");
        }
        Map<String, String> labels = nodes.get("", node)
                .map(n -> Objects.requireNonNullElse(n.getMetadata().getLabels(), Map.<String, String>of()))
                .orElseThrow(() -> new Refused("nodes \"" + node + "\" not found"));
        String path = FOLDER + name + "_" + claim.getMetadata().getNamespace() + "_"
                + claim.getMetadata().getName();
        PersistentVolumeBuilder volume = new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToAnnotations(NODE, node)
                .addToAnnotations(Claims.PROVISIONED_BY, PROVISIONER)
                .endMetadata()
                .withNewSpec()
                .withPersistentVolumeReclaimPolicy(storageClass.getReclaimPolicy())
                .withAccessModes(claim.getSpec().getAccessModes())
                .withVolumeMode("Filesystem")
                .withCapacity(Map.of(
                        "storage", claim.getSpec().getResources().getRequests().get("storage")))
                .withStorageClassName(storageClass.getMetadata().getName())
                .withClaimRef(Bindings.reference(claim))
                .withNewNodeAffinity()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey(HOSTNAME)
                .withOperator("In")
                .withValues(labels.getOrDefault(HOSTNAME, node))
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequired()
                .endNodeAffinity()
                .endSpec();
        return isLocal(claim, storageClass)
                ? volume.editSpec().withNewLocal(null, path).endSpec().build()
                : volume.editSpec()
                        .withNewHostPath(path, "DirectoryOrCreate")
                        .endSpec()
                        .build();
    }

    /** As the claim's annotation says, else the class's; without one it is a hostPath. */
    private static boolean isLocal(PersistentVolumeClaim claim, StorageClass storageClass) throws Refused {
        String asked = Claims.annotation(claim.getMetadata(), "volumeType");
        String type = asked.isEmpty() ? Claims.annotation(storageClass.getMetadata(), "defaultVolumeType") : asked;
        if (!type.isEmpty() && !type.equalsIgnoreCase("hostPath") && !type.equalsIgnoreCase("local")) {
            throw new Refused(
                    "failed to create persistent volume source: \"" + type + "\" is not a recognised volume type");
        }
        return type.equalsIgnoreCase("local");
    }

    private void remove(PersistentVolume volume) throws IOException {
        if (path(volume).startsWith(FOLDER)) { // anybody may write a volume that says it was made here
            directories.remove(Claims.annotation(volume.getMetadata(), NODE), path(volume));
        }
        client.persistentVolumes().withName(volume.getMetadata().getName()).delete();
    }

    private static String path(PersistentVolume volume) {
        return volume.getSpec().getLocal() != null
                ? volume.getSpec().getLocal().getPath()
                : volume.getSpec().getHostPath().getPath();
    }

    /** Whether it is this provisioner's turn; a claim that waits for its first Pod needs a node first. */
    private boolean isOurs(PersistentVolumeClaim claim) {
        return Claims.annotation(claim.getMetadata(), Claims.STORAGE_PROVISIONER)
                        .equals(PROVISIONER)
                && Claims.volumeName(claim).isEmpty()
                && claim.getMetadata().getDeletionTimestamp() == null
                && (!Claims.selectedNode(claim).isEmpty()
                        || !Claims.waitsForConsumer(
                                classes.get("", Claims.className(claim)).orElse(null)));
    }

    private static boolean isToGo(PersistentVolume volume) {
        return Claims.annotation(volume.getMetadata(), Claims.PROVISIONED_BY).equals(PROVISIONER)
                && volume.getMetadata().getDeletionTimestamp() == null
                && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())
                && volume.getStatus() != null
                && "Released".equals(volume.getStatus().getPhase())
                && (volume.getSpec().getLocal() != null || volume.getSpec().getHostPath() != null);
    }
}
