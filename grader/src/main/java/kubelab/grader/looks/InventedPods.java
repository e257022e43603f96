package kubelab.grader.looks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kubelab.labkit.Connection;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.TcpLoadBalancer.Conditions;
import kubelab.labkit.TcpLoadBalancer.Endpoint;
import kubelab.labkit.TcpLoadBalancer.EndpointPort;
import kubelab.labkit.TcpLoadBalancer.EndpointSlice;

/** Pods that exist only for a balancer that is called directly, for what real Pods do not do on demand, such as refusing. */
public final class InventedPods {
    private final List<String> dialled = new ArrayList<>();

    /** A slice of Pods that are ready. */
    public static EndpointSlice slice(String name, int port, String... addresses) {
        return new EndpointSlice(
                name,
                List.of(new EndpointPort("", port)),
                List.of(addresses).stream()
                        .map(a -> new Endpoint(List.of(a), new Conditions(true, true, false), "", ""))
                        .toList());
    }

    /** What the balancer dialled so far, as in {@code 10.9.0.1:80}. */
    public List<String> dialled() {
        return List.copyOf(dialled);
    }

    /**
     * One client of the balancer's; returns what the client got.
     *
     * @param refusing who refuses, as in {@code 10.9.0.1:80}
     */
    public String serve(TcpLoadBalancer balancer, Set<String> refusing) {
        Wire client = new Wire("ping");
        try {
            balancer.serve(client, (host, port) -> {
                dialled.add(host + ":" + port);
                if (refusing.contains(host + ":" + port)) {
                    throw new IOException("connection refused");
                }
                return new Wire("pong");
            });
        } catch (IOException e) {
            // this client's conversation ended badly, which shows in what it got
        }
        return client.written.toString(StandardCharsets.UTF_8);
    }

    /** A peer that says one thing and remembers what it is told. */
    private static final class Wire implements Connection {
        private final InputStream says;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        Wire(String says) {
            this.says = new ByteArrayInputStream(says.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream in() {
            return says;
        }

        @Override
        public OutputStream out() {
            return written;
        }

        @Override
        public void close() {}
    }
}
