package kubelab.labkit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import kubelab.labkit.component.Harness;
import kubelab.labkit.component.LoadBalancerHarness;
import kubelab.labkit.component.ReconcilerHarness;
import kubelab.labkit.component.SchedulerHarness;

/**
 * What a notebook holds in its hand: a client of the throwaway cluster, a namespace of its own, and the grader.
 *
 * <pre>{@code
 * var lab = Lab.open("pods");
 * lab.show(lab.client().pods().inNamespace(lab.namespace()).list().getItems());
 * lab.check("pods-1");
 * }</pre>
 *
 * The program brings the implementation (a {@link LabProvider} found by {@link ServiceLoader}), so that notebooks,
 * labs and solutions depend on labkit only.
 */
public interface Lab extends AutoCloseable {

    /**
     * Attaches to the background cluster of {@code kubelab up}, starting it if there is none.
     *
     * @param chapter the chapter's topic, as in {@code pods}; the namespace is named after it
     * @throws IllegalStateException when no program is on the class path that could bring a cluster
     */
    static Lab open(String chapter) {
        // A kernel's thread may carry the kernel's own class loader, which knows nothing of the course.
        return ServiceLoader.load(LabProvider.class, Lab.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No cluster for the lab \"" + chapter
                        + "\": the kubelab program is not on the class path. Start the notebook with"
                        + " `./kubelab jupyter start`, or run it with `./kubelab course " + chapter + "`."))
                .open(chapter);
    }

    /** A client that may do everything in {@link #namespace()} and look at the whole cluster. */
    KubernetesClient client();

    /** The namespace of this chapter, made by {@link #open}. */
    String namespace();

    /** The whole cluster as it is now. {@link #show} draws it: nodes, Pods, and Services with their endpoints. */
    default ClusterView cluster() {
        return ClusterView.of(client(), namespace());
    }

    /** Shows a value below the cell: Kubernetes objects as a table, {@link Evidence} as a verdict, the rest as text. */
    void show(Object value);

    /**
     * Shows a value, and shows it again in the same place each second while it changes.
     *
     * <pre>{@code
     * lab.watch(lab::cluster, Duration.ofSeconds(30));
     * }</pre>
     *
     * @param time how long the cell runs; the kernel's stop button ends it earlier
     */
    default void watch(Supplier<?> value, Duration time) {
        show(value.get());
    }

    /** The Pods of {@link #namespace()}. */
    default NonNamespaceOperation<Pod, PodList, PodResource> pods() {
        return client().pods().inNamespace(namespace());
    }

    /**
     * Brings an object into the state that is written down, however often it is run (server-side apply).
     *
     * @param yaml one object; it goes into {@link #namespace()} if its kind has one
     * @return the object as the API server has it now
     */
    default HasMetadata apply(String yaml) {
        return client().resource(yaml).inNamespace(namespace()).forceConflicts().serverSideApply();
    }

    /**
     * Deletes an object without grace, waits until it is gone, and creates it again. Of a Node it waits, 30 s at most,
     * until the taint {@code node.kubernetes.io/not-ready} is off, so that Pods can be placed there.
     *
     * @param yaml one object, as in {@link #apply}
     */
    default HasMetadata start(String yaml) {
        return LabCommands.start(client(), namespace(), yaml);
    }

    /**
     * What the scheduler decided about a Pod: {@code on NODE}, or why it has no node. Waits 30 s at most.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientTimeoutException when it has decided nothing by then
     */
    default String outcome(String pod) {
        return LabCommands.outcome(pods().withName(pod));
    }

    /**
     * How much of a node is requested by Pods of all namespaces that have not ended.
     *
     * @param resource as in {@code cpu}, in cores, or {@code memory}, in bytes
     */
    default BigDecimal requested(String node, String resource) {
        return Requests.on(client().pods().inAnyNamespace().list().getItems(), node, resource);
    }

    /** How often the containers of a Pod have been restarted, added up. */
    default int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .mapToInt(container -> container.getRestartCount())
                .sum();
    }

    /**
     * What the EndpointSlices of a Service say, as in {@code 2 of 3 ready}: endpoints that are ready, and all.
     *
     * @param ready waits until so many are ready, 30 s at most
     */
    default String endpoints(String service, int ready) {
        return LabCommands.endpoints(client(), namespace(), service, ready);
    }

    /**
     * Runs a command in a Pod's first container and returns what it wrote to both streams, without space around it, and
     * its exit code in a last line if that is not 0. Waits 30 s at most.
     *
     * @param command its words; a single one is given to {@code sh -c}
     */
    default String exec(String pod, String... command) {
        return LabCommands.exec(pods().withName(pod), command);
    }

    /** The log of a Pod's first container once that has started, for which it waits 30 s at most. */
    default String log(String pod) {
        return LabCommands.log(pods().withName(pod), "");
    }

    /** The log of one container of a Pod, as {@link #log(String)}. */
    default String log(String pod, String container) {
        return LabCommands.log(pods().withName(pod), container);
    }

    /**
     * The API server's audit log: which user asked for what, and what the answer was. There is one on embedded clusters and on
     * k3s.
     */
    default AuditLog audit() {
        return AuditLog.of(client());
    }

    /**
     * Runs a claim's probe where it must hold and shows what it saw.
     *
     * @throws IllegalStateException when it does not hold
     */
    void prove(Proof proof) throws Exception;

    /**
     * Runs the same probe where it must fail and shows what it saw.
     *
     * @throws IllegalStateException when it holds there, too
     */
    void falsify(Proof proof) throws Exception;

    /** Grades the cell that answers this exercise (the last one that was run) and shows the result. */
    void check(String exerciseId);

    /** Grades an answer object whose class a cell defined: its class travels to the grader's worker, not the object. */
    void check(Object answer);

    /**
     * Puts your own component to work in {@link #namespace()}. Ends with {@code close()}, with this lab, or when another one
     * is run in the same role.
     */
    <C extends Component, H extends Harness> H run(C component, Harness.Plan<C, H> plan);

    /**
     * Puts your own scheduler to work, under the name {@code my-scheduler}, for the Pods of {@link #namespace()} that
     * ask for it. Ends with {@code close()}, with this lab, or when another one is run.
     */
    default SchedulerHarness run(PodScheduler scheduler) {
        return run(scheduler, SchedulerHarness.named(SchedulerHarness.DEFAULT_NAME));
    }

    /**
     * Puts your own load balancer to work for a Service of {@link #namespace()}: it listens on {@code port()} of this
     * machine. Ends with {@code close()}, with this lab, or when another one is run for the same Service.
     */
    default LoadBalancerHarness run(TcpLoadBalancer balancer, String service) {
        return run(balancer, LoadBalancerHarness.forService(service));
    }

    /**
     * Puts your own control loop to work on the ConfigMaps of {@link #namespace()}. Ends with {@code close()}, with this lab,
     * or when another one is run for the same name.
     *
     * @param desired the ConfigMap whose {@code data} says {@code replicas} and {@code selector}
     */
    default ReconcilerHarness run(Reconciler reconciler, String desired) {
        return run(reconciler, ReconcilerHarness.configMaps(desired));
    }

    /** The way from here to Pods and Services. */
    Dialer dialer();

    /** Leaves the cluster running: only {@code kubelab down} ends it. */
    @Override
    void close();
}
