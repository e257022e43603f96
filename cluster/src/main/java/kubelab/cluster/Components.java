package kubelab.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The parts of a cluster that can be stopped, and started again; {@link Cluster#components} gives them. A part that is
 * started again reads the API server, and so catches up with what happened meanwhile.
 *
 * <p>Names: {@code kube-scheduler}, {@code kube-controller-manager}, {@code kube-proxy} (on all nodes; its rules stay),
 * {@code kubelet-NODE} (its containers go on), and each controller as {@code --controllers} calls it, for instance
 * {@code replicaset-controller}.
 *
 * <p>With k3s a change of the control plane starts the server's process again, with other flags: the API server does not
 * answer for about ten seconds, and all watches end. There, {@code kubelet-NODE} is the agent of the node, with kubelet,
 * kube-proxy and containerd.
 *
 * <p>One change at a time: its monitor is held until a change is done, since the next one has to wait for that anyway.
 */
public final class Components {
    public static final String SCHEDULER = "kube-scheduler";
    public static final String CONTROLLER_MANAGER = "kube-controller-manager";
    public static final String KUBE_PROXY = "kube-proxy";
    private static final String KUBELET = "kubelet-";

    private final Supplier<List<String>> names;
    private final Switchboard switchboard;
    private volatile Set<String> stopped = Set.of();

    /** What turns parts of one provider's cluster on and off. */
    interface Switchboard {
        /**
         * @param before what is stopped now
         * @param after what shall be stopped, and nothing else
         * @throws ClusterException when the cluster does not come back
         */
        void turn(Set<String> before, Set<String> after);
    }

    Components(Collection<String> names, Switchboard switchboard) {
        this(fixed(names), switchboard);
    }

    /** @param names asked each time, where nodes come and go */
    Components(Supplier<List<String>> names, Switchboard switchboard) {
        this.names = names;
        this.switchboard = switchboard;
    }

    private static Supplier<List<String>> fixed(Collection<String> names) {
        List<String> all = List.copyOf(names);
        return () -> all;
    }

    /** The name of a node's kubelet. */
    public static String kubelet(String node) {
        return KUBELET + node;
    }

    /** All that can be stopped. */
    public List<String> names() {
        return names.get();
    }

    /** What is stopped now; while a change is under way, what was before. */
    public Set<String> stopped() {
        return stopped;
    }

    /**
     * Stops some parts, and returns when they are stopped. One that is stopped already stays so.
     *
     * @throws IllegalArgumentException when there is no such part
     */
    public synchronized void stop(String... parts) {
        Set<String> after = new TreeSet<>(stopped);
        after.addAll(known(parts));
        turn(after);
    }

    /**
     * Starts parts that were stopped; does not wait until they have caught up. One that runs already goes on.
     *
     * @throws IllegalArgumentException when there is no such part
     */
    public synchronized void start(String... parts) {
        Set<String> after = new TreeSet<>(stopped);
        after.removeAll(known(parts));
        turn(after);
    }

    /** Starts all that is stopped. */
    public synchronized void startAll() {
        turn(Set.of());
    }

    private void turn(Set<String> after) {
        // What belonged to a node that is gone is gone with it.
        List<String> there = names();
        Set<String> before = there(stopped, there);
        Set<String> next = there(after, there);
        if (!next.equals(before)) {
            try {
                switchboard.turn(before, next);
            } catch (RuntimeException e) {
                // How far it came is not known: what may be stopped counts as stopped, so that a start tries again.
                Set<String> either = new TreeSet<>(before);
                either.addAll(next);
                stopped = Set.copyOf(either);
                throw e;
            }
        }
        stopped = next;
    }

    private static Set<String> there(Set<String> some, List<String> all) {
        Set<String> rest = new TreeSet<>(some);
        rest.retainAll(Set.copyOf(all));
        return Set.copyOf(rest);
    }

    private List<String> known(String... parts) {
        List<String> asked = Arrays.asList(parts);
        List<String> there = names();
        asked.stream().filter(name -> !there.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("There is no component \"" + name + "\"; there are " + there + ".");
        });
        return asked;
    }
}
