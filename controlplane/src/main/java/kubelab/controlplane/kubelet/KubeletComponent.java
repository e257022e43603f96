package kubelab.controlplane.kubelet;

import kubelab.controlplane.Component;

/**
 * A node's kubelet as a part of a cluster that can be stopped and started by name ({@code kubelet-worker1}). The first
 * start brings the node up; a stop leaves its containers running, and the next start finds them.
 */
public final class KubeletComponent implements Component {
    private final String node;
    private final Kubelets kubelets;
    private final Runnable firstStart;

    /** @param firstStart calls {@link Kubelets#start} with the node's configuration, runtime and network */
    public KubeletComponent(String node, Kubelets kubelets, Runnable firstStart) {
        this.node = node;
        this.kubelets = kubelets;
        this.firstStart = firstStart;
    }

    @Override
    public String name() {
        return "kubelet-" + node;
    }

    @Override
    public void start() {
        kubelets.get(node).ifPresentOrElse(Kubelet::start, firstStart);
    }

    @Override
    public void stop() {
        kubelets.get(node).ifPresent(Kubelet::stop);
    }
}
