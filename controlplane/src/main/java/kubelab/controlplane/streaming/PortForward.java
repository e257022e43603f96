package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.PodSandbox;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Duplex;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.apiserver.verb.ResourceHandler;
import kubelab.controlplane.kubelet.Kubelet;

/**
 * pods/NAME/portforward: connections from a client into a Pod's network namespace. Two protocols: kubectl's, SPDY in
 * a WebSocket ({@link SpdyTunnel}), with streams for as many connections as come; and the older one of Fabric8, one
 * connection a port, each in two channels of the WebSocket. A session's monitor guards its list of connections; they
 * are opened and closed outside of it.
 *
 * <p>Source: k8s.io/kubelet/pkg/cri/streaming/portforward, release 1.34.
 */
final class PortForward implements ResourceHandler {
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";
    private static final List<String> PROTOCOLS = List.of(TUNNEL, "v4.channel.k8s.io", "portforward.k8s.io");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Streaming streaming;

    PortForward(Streaming streaming) {
        this.streaming = streaming;
    }

    /** Opens a connection to a port inside the Pod. */
    interface Dialer {
        /** @throws IOException with the text that the client is shown */
        Connection dial(int port) throws IOException;
    }

    @Override
    public ApiResponse handle(RequestContext call) {
        Pod pod = streaming.pod(call);
        if (Streaming.node(pod).isEmpty()) {
            throw ApiException.badRequest("pod " + call.name() + " does not have a host assigned");
        }
        Kubelet kubelet = streaming.kubelet(pod, "/portForward/" + call.namespace() + "/" + call.name());
        if (!call.request().webSocket()) {
            throw ApiException.badRequest("Upgrade request required");
        }
        Dialer dialer = port -> dial(kubelet, call.namespace(), call.name(), port);
        String protocol = Protocols.choose(call.request(), PROTOCOLS);
        if (protocol.equals(TUNNEL)) {
            return ApiResponse.upgrade(
                    protocol, duplex -> duplex.listen(new SpdyTunnel(duplex, dialer, streaming.threads())));
        }
        List<Integer> ports = new ArrayList<>();
        for (String list : call.request().params("ports")) {
            for (String port : list.split(",", -1)) {
                try {
                    ports.add(Integer.parseInt(port.trim()));
                } catch (NumberFormatException e) {
                    throw ApiException.badRequest("invalid port \"" + port + "\"");
                }
            }
        }
        if (ports.isEmpty()) {
            throw ApiException.badRequest("query parameter \"ports\" is required");
        }
        return ApiResponse.upgrade(protocol, duplex -> {
            ChannelForward forward = new ChannelForward(duplex, ports, dialer);
            duplex.listen(forward);
            streaming.threads().execute(forward::open);
        });
    }

    private static Connection dial(Kubelet kubelet, String namespace, String name, int port) throws IOException {
        PodSandbox sandbox = kubelet.sandbox(namespace, name)
                .orElseThrow(() -> new IOException("pod not found (\"" + name + "_" + namespace + "\")"));
        try {
            return sandbox.network().connect("localhost", port, TIMEOUT);
        } catch (IOException e) {
            String id = sandbox.id();
            throw new IOException(
                    "error forwarding port " + port + " to pod " + id
                            + ", uid : failed to execute portforward in network namespace \"/var/run/netns/cni-"
                            + id.substring(0, Math.min(8, id.length())) + "\": failed to connect to localhost:" + port
                            + " inside namespace \"" + id + "\", IPv4: dial tcp4 127.0.0.1:" + port
                            + ": connect: connection refused IPv6 dial tcp6 [::1]:" + port
                            + ": connect: connection refused ",
                    e);
        }
    }

    /** Port number i: data in channel 2i, errors in channel 2i + 1; the first message of each is the port's number. */
    private final class ChannelForward implements Duplex.Listener {
        private final Duplex duplex;
        private final Channels channels;
        private final List<Integer> ports;
        private final Dialer dialer;
        private final List<MessagePipe> inputs = new ArrayList<>();
        private final List<Connection> connections = new ArrayList<>();
        private boolean closed;
        private int open;

        ChannelForward(Duplex duplex, List<Integer> ports, Dialer dialer) {
            this.duplex = duplex;
            this.channels = new Channels(duplex);
            this.ports = ports;
            this.dialer = dialer;
            ports.forEach(p -> inputs.add(new MessagePipe()));
            open = ports.size();
        }

        void open() {
            try {
                for (int i = 0; i < ports.size(); i++) {
                    byte[] number = {(byte) (ports.get(i) & 0xff), (byte) (ports.get(i) >> 8)};
                    channels.send(2 * i, number, 0, 2);
                    channels.send(2 * i + 1, number, 0, 2);
                }
                for (int i = 0; i < ports.size(); i++) {
                    connect(i);
                }
            } catch (IOException gone) {
                closed();
            }
        }

        private void connect(int index) throws IOException {
            Connection connection;
            try {
                connection = dialer.dial(ports.get(index));
            } catch (IOException e) {
                byte[] text = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
                channels.send(2 * index + 1, text, 0, text.length);
                done();
                return;
            }
            boolean late;
            synchronized (this) {
                late = closed;
                if (!late) {
                    connections.add(connection);
                }
            }
            if (late) {
                connection.close();
                return;
            }
            streaming.threads().execute(() -> Pump.copy(inputs.get(index), connection));
            streaming.threads().execute(() -> {
                receive(index, connection);
                done();
            });
        }

        private void receive(int index, Connection connection) {
            byte[] buffer = new byte[16 * 1024];
            try (connection) {
                InputStream in = connection.input();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    channels.send(2 * index, buffer, 0, n);
                }
            } catch (IOException gone) {
                // The connection ends either way.
            }
        }

        private void done() {
            synchronized (this) {
                open--;
                if (open > 0) {
                    return;
                }
            }
            duplex.close(1000, "");
        }

        @Override
        public void message(byte[] message, boolean text) {
            if (message.length == 0) {
                return;
            }
            int channel = message[0] & 0xff;
            if (channel % 2 == 0 && channel / 2 < inputs.size()) {
                inputs.get(channel / 2).put(message, 1);
            }
        }

        @Override
        public void closed() {
            List<Connection> all;
            synchronized (this) {
                closed = true;
                all = List.copyOf(connections);
            }
            inputs.forEach(MessagePipe::end);
            all.forEach(Connection::close);
        }
    }
}
