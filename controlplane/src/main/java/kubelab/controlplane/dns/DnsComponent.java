package kubelab.controlplane.dns;

import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.Peer;
import kubelab.controlplane.Component;
import kubelab.controlplane.services.ServiceView;

/** The name server at the address of the kube-dns Service. Stopped, nobody answers there any more. */
public final class DnsComponent implements Component {
    private final ClusterNetwork network;
    private final String address;
    private final Peer as;
    private final ServiceView view;
    private final ClusterDns dns;

    /**
     * @param address e.g. 10.43.0.10
     * @param as the Pod that network policies take it for
     */
    public DnsComponent(ServiceView view, ClusterNetwork network, String address, Peer as) {
        this.view = view;
        this.network = network;
        this.address = address;
        this.as = as;
        this.dns = new ClusterDns(view);
    }

    @Override
    public String name() {
        return "coredns";
    }

    @Override
    public void start() {
        view.start();
        network.nameServer(address, as, dns);
    }

    @Override
    public void stop() {
        network.removeNameServer(address);
    }
}
