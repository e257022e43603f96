package kubelab.grader;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import kubelab.cluster.Deadline;
import kubelab.course.Exercise;

/**
 * Fresh namespaces for answers, labelled with the process that owns them; removed in the background, and by the next
 * grader if the owner was killed.
 */
final class Namespaces {
    static final String OWNER = "kubelab.dev/grader";
    static final String EXERCISE = "kubelab.dev/exercise";
    static final String KEPT = "kubelab.dev/kept";
    static final String SEED = "kubelab.dev/seed";
    private static final Map<String, String> BASELINE = Map.of("pod-security.kubernetes.io/enforce", "baseline");
    private static final SecureRandom NAMES = new SecureRandom();

    private final KubernetesClient client;
    private final Finalizers finalizers;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final String owner = machine() + "-" + name(ProcessHandle.current());

    Namespaces(KubernetesClient client) {
        this.client = client;
        this.finalizers = new Finalizers(client);
    }

    /** A namespace in which Pods can be made at once: the default ServiceAccount is there. */
    String create(String prefix, Exercise exercise) throws InterruptedException {
        String name = prefix + "-" + Integer.toString(NAMES.nextInt(36 * 36 * 36 * 36), 36);
        open.add(name);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("app.kubernetes.io/managed-by", "kubelab")
                        .addToLabels(OWNER, owner)
                        .addToLabels(EXERCISE, exercise.id())
                        .addToLabels(BASELINE)
                        .endMetadata()
                        .build())
                .create();
        until(
                "the ServiceAccount default in the namespace " + name,
                () -> client.serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
        return name;
    }

    /** The accounts of one grader, in a namespace of the grader's own. */
    Account account() {
        return new Account(client, home(), labels());
    }

    /** Makes a namespace of the grader's own, where no answer reaches. */
    String home() {
        String home = "kubelab-grader-" + Integer.toString(NAMES.nextInt(36 * 36 * 36 * 36), 36);
        open.add(home);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(home)
                        .withLabels(labels())
                        .endMetadata()
                        .build())
                .create();
        return home;
    }

    Map<String, String> labels() {
        return Map.of("app.kubernetes.io/managed-by", "kubelab", OWNER, owner);
    }

    /**
     * Deletes and does not wait. Pods go without their grace period, for those on hollow nodes have no kubelet to end it;
     * the namespace before them, so that no controller replaces them. Jobs go before the rest of it: with
     * {@code backoffLimitPerIndex} the job controller of 1.34 holds an index's failed Pod until the next one is there,
     * and a namespace that is being deleted refuses the next one, so it would stay for good.
     *
     * @return what would have stayed for a finalizer's sake, in words
     */
    List<String> remove(String name) {
        client.namespaces().withName(name).delete();
        client.batch()
                .v1()
                .jobs()
                .inNamespace(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        client.pods().inNamespace(name).withGracePeriod(0).delete();
        open.remove(name);
        return finalizers.remove(name);
    }

    /** Removes what gradings that were given up have left. */
    void close() {
        for (String name : open) {
            try {
                remove(name);
            } catch (KubernetesClientException e) {
                // the next grader's sweep, or the cluster's end
            }
        }
    }

    /** Marks it as belonging to nobody, until the same exercise is graded again. */
    void keep(String name) {
        client.namespaces().withName(name).edit(n -> new NamespaceBuilder(n)
                .editMetadata()
                .addToLabels(KEPT, "true")
                .removeFromLabels(OWNER)
                .endMetadata()
                .build());
        open.remove(name);
    }

    void removeKept(Exercise exercise) {
        client.namespaces()
                .withLabel(KEPT, "true")
                .withLabel(EXERCISE, exercise.id())
                .list()
                .getItems()
                .forEach(n -> remove(n.getMetadata().getName()));
    }

    /** Removes what graders of this machine that are gone have left behind. */
    void sweep() {
        for (Namespace namespace : client.namespaces().withLabel(OWNER).list().getItems()) {
            if (isOrphan(namespace)) {
                remove(namespace.getMetadata().getName());
            }
        }
        client.rbac().clusterRoleBindings().withLabel(OWNER).list().getItems().stream()
                .filter(this::isOrphan)
                .forEach(b -> client.resource(b).delete());
        client.rbac().clusterRoles().withLabel(OWNER).list().getItems().stream()
                .filter(this::isOrphan)
                .forEach(r -> client.resource(r).delete());
    }

    private boolean isOrphan(HasMetadata object) {
        String mark = object.getMetadata().getLabels().getOrDefault(OWNER, "");
        return mark.startsWith(machine() + "-") && !isAlive(mark);
    }

    /** Waits for something that the cluster does by itself within moments. */
    static void until(String what, BooleanSupplier there) throws InterruptedException {
        if (!Deadline.in(Duration.ofSeconds(20)).await(there)) {
            throw new IllegalStateException("the cluster did not make " + what + " within 20 s");
        }
    }

    private static boolean isAlive(String mark) {
        String[] parts = mark.split("-");
        return ProcessHandle.of(Long.parseLong(parts[1]))
                .map(p -> mark.endsWith(name(p)))
                .orElse(false);
    }

    /** A process id alone is used again: its start belongs to it. */
    private static String name(ProcessHandle process) {
        return process.pid() + "-"
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String machine() {
        try {
            String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
            return Integer.toHexString(boot.strip().hashCode());
        } catch (IOException e) {
            return "machine";
        }
    }
}
