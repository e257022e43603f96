package kubelab.controlplane;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.clock.Clock;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.runtime.SimulatedRuntime;
import kubelab.containers.runtime.image.ImageRegistry;
import kubelab.controlplane.images.InClusterRegistries;
import kubelab.controlplane.kubelet.Kubelet;
import kubelab.controlplane.kubelet.KubeletComponent;
import kubelab.controlplane.kubelet.Kubelets;
import kubelab.controlplane.kubelet.NodeConfig;

/**
 * The cluster's machines: each gets an address, a range of Pod addresses, a container runtime and a kubelet. Its
 * monitor guards names and numbers; nodes start and stop outside of it.
 */
final class Nodes {
    private final Clock clock;
    private final Kubelets kubelets;
    private final ClusterNetwork network;
    private final ImageRegistry images;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private int next;

    Nodes(Clock clock, Kubelets kubelets, ClusterNetwork network, ImageRegistry images) {
        this.clock = clock;
        this.kubelets = kubelets;
        this.network = network;
        this.images = images;
    }

    /** Address of the first node, where the API server is. */
    static String serverIp() {
        return ip(0);
    }

    synchronized List<String> names() {
        return new ArrayList<>(numbers.keySet());
    }

    /** Takes the next name: {@code server}, then {@code worker1}, {@code worker2}, … */
    synchronized String nextName() {
        String name = next == 0 ? "server" : "worker" + next;
        numbers.put(name, next++);
        return name;
    }

    /** The kubelet of a node as a component; its first start brings the machine up. */
    synchronized Component component(String name) {
        int number = numbers.getOrDefault(name, 0);
        return new KubeletComponent(name, kubelets, () -> boot(name, number));
    }

    void remove(String name) {
        synchronized (this) {
            numbers.remove(name);
        }
        kubelets.remove(name);
    }

    /** @throws IllegalArgumentException when there is no such node */
    Kubelet kubelet(String name) {
        return kubelets.get(name)
                .orElseThrow(() -> new IllegalArgumentException("no node " + name + "; there are " + names()));
    }

    private void boot(String name, int number) {
        String cidr = "10.42." + number + ".0/24";
        NodeNetwork machine = network.node(name, ip(number), cidr);
        Map<String, String> labels = number == 0 ? Map.of("node-role.kubernetes.io/control-plane", "true") : Map.of();
        kubelets.start(
                NodeConfig.of(name, ip(number), cidr, labels),
                new SimulatedRuntime(name, clock, machine, images, new InClusterRegistries()),
                machine.host());
    }

    private static String ip(int number) {
        return "172.18." + (number + 2) / 256 + "." + (number + 2) % 256;
    }
}
