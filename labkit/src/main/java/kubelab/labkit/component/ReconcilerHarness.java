package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import kubelab.labkit.Reconciler;
import kubelab.labkit.Reconciler.Desired;
import kubelab.labkit.Reconciler.Item;
import kubelab.labkit.Reconciler.Verb;
import kubelab.labkit.Reconciler.Write;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link Reconciler} to work on the ConfigMaps of one namespace. What is desired is in a ConfigMap, too: in its
 * {@code data}, {@code replicas} is a number and {@code selector} is {@code key=value,key=value}. What is created is owned
 * by this ConfigMap and goes with it.
 *
 * <p>Source: k8s.io/kubernetes/pkg/controller/replicaset, release 1.34. Simplified: the objects are read from the API server
 * before each call, and not from a cache, so a reconciler sees its own writes.
 */
public final class ReconcilerHarness implements Harness {
    /** A reconciler that creates without end is held up here. */
    private static final int MOST_OBJECTS = 200;

    private static final long RESYNC_MS = 1000;
    private static final long PAUSE_AFTER_FAULT_MS = 200;
    private static final long LONGEST_END_MS = 5000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");

    private final NonNamespaceOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> maps;
    private final String name;
    private final Reconciler reconciler;
    private final Consumer<Exception> faults;
    private final List<Write> writes = new ArrayList<>();
    private final SharedIndexInformer<ConfigMap> informer;
    private final Thread thread;
    private boolean changed = true;
    private volatile boolean closed;

    private ReconcilerHarness(Site site, String name, Reconciler reconciler) {
        KubernetesClient client = site.client();
        this.maps = client.configMaps().inNamespace(site.namespace());
        this.name = name;
        this.reconciler = reconciler;
        this.faults = site.faults();
        this.informer = client.configMaps().inNamespace(site.namespace()).inform(new Wake());
        this.thread = new Thread(this::run, "reconciler " + name);
        thread.setDaemon(true);
    }

    /**
     * A control loop over ConfigMaps. It waits until there is the ConfigMap that says what is desired; faults are the
     * exceptions that the reconciler threw.
     *
     * @param desired the name of this ConfigMap
     */
    public static Plan<Reconciler, ReconcilerHarness> configMaps(String desired) {
        return new Plan<>(Reconciler.class, "reconciler " + desired, (site, reconciler) -> {
            ReconcilerHarness harness = new ReconcilerHarness(site, desired, reconciler);
            harness.thread.start();
            return harness;
        });
    }

    /** What was written so far, in order, whether or not the API server took it. */
    public List<Write> writes() {
        synchronized (writes) {
            return List.copyOf(writes);
        }
    }

    private void run() {
        while (!closed) {
            try {
                awaitChange();
                reconcile();
            } catch (InterruptedException e) {
                return;
            } catch (KubernetesClientException e) {
                // the API server has refused or lost something: look again
                wake();
                pause();
            } catch (RuntimeException e) {
                if (!closed) {
                    faults.accept(e);
                    pause();
                }
            }
        }
    }

    /** One round: the state is read once, so that what is desired and what is there belong together. */
    private void reconcile() {
        List<ConfigMap> all = maps.list().getItems();
        Optional<ConfigMap> owner = all.stream()
                .filter(map -> map.getMetadata().getName().equals(name))
                .findFirst();
        Optional<Desired> desired = owner.flatMap(ReconcilerHarness::desired);
        if (owner.isEmpty() || desired.isEmpty()) {
            return;
        }
        List<Item> items = all.stream().map(ReconcilerHarness::item).toList();
        int objects = all.size();
        for (Write write : reconciler.reconcile(desired.get(), items)) {
            if (closed) {
                return;
            }
            if (write.verb() == Verb.CREATE && ++objects > MOST_OBJECTS) {
                throw new IllegalStateException("there are " + MOST_OBJECTS + " ConfigMaps, and it creates more");
            }
            synchronized (writes) {
                writes.add(write);
            }
            if (write.verb() == Verb.CREATE) {
                create(owner.get(), desired.get());
            } else {
                maps.withName(write.name()).delete();
            }
        }
    }

    private void create(ConfigMap owner, Desired desired) {
        maps.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withGenerateName(name + "-")
                        .withLabels(desired.selector())
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName(name)
                        .withUid(owner.getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .build())
                .create();
    }

    /** Empty while the ConfigMap does not say it in this form. */
    private static Optional<Desired> desired(ConfigMap map) {
        Map<String, String> data = orEmpty(map.getData());
        String replicas = data.getOrDefault("replicas", "").strip();
        Map<String, String> selector = new LinkedHashMap<>();
        for (String label : data.getOrDefault("selector", "").split(",")) {
            String[] words = label.strip().split("=", 2);
            if (words.length == 2) {
                selector.put(words[0], words[1]);
            }
        }
        return NUMBER.matcher(replicas).matches() && !selector.isEmpty()
                ? Optional.of(new Desired(map.getMetadata().getName(), Integer.parseInt(replicas), selector))
                : Optional.empty();
    }

    private static Item item(ConfigMap map) {
        return new Item(
                map.getMetadata().getName(),
                map.getMetadata().getUid(),
                orEmpty(map.getMetadata().getLabels()),
                map.getMetadata().getDeletionTimestamp() != null);
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private synchronized void awaitChange() throws InterruptedException {
        long deadline = System.nanoTime() + RESYNC_MS * 1_000_000;
        for (long left = RESYNC_MS; !changed && !closed && left > 0; ) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        changed = false;
    }

    private synchronized void wake() {
        changed = true;
        notifyAll();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAULT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when no call is under way any more, unless one takes longer than 5 s. What was written stays. */
    @Override
    public void close() {
        closed = true;
        informer.close();
        wake();
        try {
            thread.join(LONGEST_END_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "reconciler for what the ConfigMap " + name + " says";
    }

    private final class Wake implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap object) {
            wake();
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap after) {
            wake();
        }

        @Override
        public void onDelete(ConfigMap object, boolean finalStateUnknown) {
            wake();
        }
    }
}
