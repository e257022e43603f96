package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.Component;
import kubelab.controlplane.ComponentContext;
import kubelab.controlplane.ComponentFactory;
import kubelab.controlplane.Progress;
import kubelab.controlplane.controllermanager.expand.ExpandController;
import kubelab.controlplane.controllermanager.localpath.LocalPathProvisioner;
import kubelab.controlplane.controllermanager.localpath.NodeDirectories;
import kubelab.controlplane.controllermanager.loop.Controller;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.persistentvolume.PersistentVolumeController;
import kubelab.controlplane.controllermanager.podautoscaler.HorizontalController;
import kubelab.controlplane.controllermanager.pvcprotection.PvcProtectionController;
import kubelab.controlplane.controllermanager.pvprotection.PvProtectionController;
import kubelab.controlplane.controllermanager.replicaset.ReplicaSetController;
import kubelab.controlplane.controllermanager.servicelb.ServiceLoadBalancer;
import kubelab.controlplane.events.EventBroadcaster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All controllers, started and stopped together; any of them can be left out. */
public final class ControllerManager implements Component {
    /** The component's name in the cluster. */
    public static final String NAME = "kube-controller-manager";

    private static final Logger LOG = LoggerFactory.getLogger(ControllerManager.class);

    /** They have nothing to do before there is a claim or a volume. */
    private static final Set<String> STORAGE = Set.of(
            PersistentVolumeController.NAME,
            PvcProtectionController.NAME,
            PvProtectionController.NAME,
            ExpandController.NAME,
            LocalPathProvisioner.NAME);
    /** It has nothing to do before there is an autoscaler. */
    private static final Set<String> AUTOSCALING = Set.of(HorizontalController.NAME);

    /** It has nothing to do before there is a ReplicationController. */
    private static final Set<String> REPLICATION = Set.of(ReplicaSetController.OF_REPLICATION_CONTROLLERS);

    /** Not among upstream's: on a k3s cluster these are programs of their own. */
    private static final Set<String> OWN_PROGRAMS = Set.of(ServiceLoadBalancer.NAME, LocalPathProvisioner.NAME);

    private final ComponentContext component;
    private final List<FirstObject> firsts;
    private final Map<String, Wirings.Wiring> wirings = new LinkedHashMap<>();
    private final Map<String, KubernetesClient> clients = new ConcurrentHashMap<>();
    private final List<Controller> running = new ArrayList<>();
    private final EventBroadcaster events;
    private final Informers informers;
    private final long seed;
    private boolean stopped;

    private ControllerManager(
            ComponentContext component,
            Supplier<String> rootCa,
            NodeDirectories directories,
            Set<String> without,
            long seed) {
        this.component = component;
        this.seed = seed;
        this.events = new EventBroadcaster("controller-manager-events", component.clock());
        this.informers = new Informers(client("system:kube-controller-manager"), component.clock());
        this.firsts = List.of(
                new FirstObject(
                        client("system:kube-controller-manager"),
                        component.clock(),
                        "controller-manager-storage",
                        List.of(
                                FirstObject.kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true),
                                FirstObject.kind("", "v1", "PersistentVolume", "persistentvolumes", false)),
                        () -> startLate(
                                STORAGE, PersistentVolumeClaim.class, PersistentVolume.class, StorageClass.class)),
                new FirstObject(
                        client("system:kube-controller-manager"),
                        component.clock(),
                        "controller-manager-autoscaling",
                        List.of(FirstObject.kind(
                                "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true)),
                        () -> startLate(AUTOSCALING, HorizontalPodAutoscaler.class)),
                new FirstObject(
                        client("system:kube-controller-manager"),
                        component.clock(),
                        "controller-manager-replication",
                        List.of(FirstObject.kind("", "v1", "ReplicationController", "replicationcontrollers", true)),
                        () -> startLate(REPLICATION, ReplicationController.class)));
        wirings.putAll(Wirings.all(rootCa, directories));
        wirings.keySet().removeAll(without);
    }

    /** Names of the controllers that can be left out: those that upstream's flag {@code --controllers} knows. */
    public static List<String> controllers() {
        return Wirings.all(() -> "", NodeDirectories.NONE).keySet().stream()
                .filter(name -> !OWN_PROGRAMS.contains(name))
                .toList();
    }

    /**
     * @param rootCa the cluster's CA certificate (PEM), asked for when it is needed
     * @param directories where the provisioner of local-path makes its volumes
     * @param without asked at each start: which of {@link #controllers} do not run
     * @param seed for whatever is random
     */
    public static ComponentFactory factory(
            Supplier<String> rootCa, NodeDirectories directories, Supplier<Set<String>> without, long seed) {
        return context -> new ControllerManager(context, rootCa, directories, without.get(), seed);
    }

    /** All controllers. */
    public static ComponentFactory factory(Supplier<String> rootCa, NodeDirectories directories) {
        return factory(rootCa, directories, Set::of, 1);
    }

    /** All controllers, for nodes without files. */
    public static ComponentFactory factory(Supplier<String> rootCa) {
        return factory(rootCa, NodeDirectories.NONE);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized void start() {
        ControllerContext context =
                new ControllerContext(this::client, informers, component.clock(), events, new Random(seed));
        wirings.values().forEach(wiring -> running.add(wiring.wire(context)));
        DaemonThreads.start("controller-manager", this::startLoops);
    }

    /** No controller has anything to do now. */
    public synchronized boolean idle() {
        return running.stream().allMatch(Controller::idle) && events.idle();
    }

    @Override
    public List<Progress> progress() {
        List<Progress> parts = new ArrayList<>(informers.progress());
        synchronized (this) {
            running.forEach(c -> parts.add(new Progress.Work(c.name(), !c.idle(), c.handled())));
        }
        return parts;
    }

    @Override
    public void stop() {
        List<Controller> last;
        synchronized (this) {
            stopped = true;
            last = List.copyOf(running);
            running.clear();
        }
        last.forEach(Controller::close);
        firsts.forEach(FirstObject::close);
        informers.close();
        events.close();
        clients.values().forEach(KubernetesClient::close);
        clients.clear();
    }

    private void startLoops() {
        if (filled(informers::start)) {
            Set<String> late = new HashSet<>(STORAGE);
            late.addAll(AUTOSCALING);
            late.addAll(REPLICATION);
            startAll(late, false);
            firsts.forEach(FirstObject::start);
        }
    }

    @SafeVarargs
    private void startLate(Set<String> names, Class<? extends HasMetadata>... kinds) {
        if (filled(() -> informers.wake(Set.of(kinds)))) {
            startAll(names, true);
        }
    }

    /** @return whether the caches are there; false when the controller manager was stopped meanwhile */
    private boolean filled(Runnable start) {
        try {
            start.run();
            return true;
        } catch (RuntimeException e) {
            synchronized (this) {
                if (!stopped) {
                    LOG.error("the controller manager could not fill its caches", e);
                }
                return false;
            }
        }
    }

    /** @param named whether those with these names begin, or all others */
    private synchronized void startAll(Set<String> names, boolean named) {
        running.stream()
                .filter(controller -> names.contains(controller.name()) == named)
                .forEach(Controller::start);
    }

    /** Called while the controllers are wired, by one thread. */
    private KubernetesClient client(String user) {
        KubernetesClient known = clients.get(user);
        if (known == null) {
            known = component.clientFor(user);
            clients.put(user, known);
        }
        return known;
    }
}
