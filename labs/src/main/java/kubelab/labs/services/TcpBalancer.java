package kubelab.labs.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;
import kubelab.labkit.TcpLoadBalancer;

/** services-7: carries each connection to a Pod that is ready. */
public class TcpBalancer implements TcpLoadBalancer {
    private record Address(String ip, int port) {}

    private final AtomicInteger next = new AtomicInteger();
    /** Replaced as a whole, never changed: many threads read it. */
    private volatile List<Address> ready = List.of();

    @Override
    public void endpoints(List<EndpointSlice> slices) {
        List<Address> now = new ArrayList<>();
        // TODO services-7: remember the endpoints that may get connections, each with its port.
        // EndpointSlice: ports(), endpoints(); EndpointPort: port(); Endpoint: addresses(), conditions().
        ready = List.copyOf(now);
    }

    @Override
    public void serve(Connection client, Dialer dialer) throws IOException {
        Connection backend = connect(dialer);
        Thread requests = new Thread(() -> {
            try {
                client.in().transferTo(backend.out());
            } catch (IOException over) {
                // one of the two has hung up
            }
        });
        requests.setDaemon(true);
        requests.start();
        backend.in().transferTo(client.out());
    }

    /** A connection to one of those that are ready: another one each time, and the next one if it refuses. */
    private Connection connect(Dialer dialer) throws IOException {
        List<Address> candidates = ready;
        // TODO services-7: dial one of them, and the next one if it refuses.
        // dialer.dial(host, port) gives a Connection, or throws an IOException where it is refused.
        throw new IOException("none of " + candidates.size() + " endpoints answers");
    }
}
