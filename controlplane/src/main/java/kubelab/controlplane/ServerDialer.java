package kubelab.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.network.NodeNetwork;
import kubelab.controlplane.apiserver.aggregator.Dialer;

/**
 * Connects from the node of the API server. Addresses of Pods and nodes are in memory; the nodes' gateway is this machine's
 * loopback; any other address is one of the network that this machine is on.
 */
final class ServerDialer implements Dialer {
    private final ClusterNetwork network;

    ServerDialer(ClusterNetwork network) {
        this.network = network;
    }

    @Override
    public Socket dial(String ip, int port, Duration timeout) throws IOException {
        if (network.isInside(ip)) {
            return new ConnectionSocket(from().connect(ip, port, timeout), port);
        }
        InetAddress address =
                ip.equals(ClusterNetwork.OUTSIDE) ? InetAddress.getLoopbackAddress() : InetAddress.getByName(ip);
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private NetNamespace from() {
        NodeNetwork server = network.node("server");
        return server == null ? network.outside() : server.host();
    }
}
