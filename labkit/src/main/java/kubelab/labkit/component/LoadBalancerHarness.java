package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.TcpLoadBalancer.Conditions;
import kubelab.labkit.TcpLoadBalancer.Endpoint;
import kubelab.labkit.TcpLoadBalancer.EndpointPort;
import kubelab.labkit.TcpLoadBalancer.EndpointSlice;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link TcpLoadBalancer} to work for one Service: watches its EndpointSlices, listens on a port of this machine,
 * and lets the balancer serve each client in a thread. Remembers whom the balancer dialled.
 */
public final class LoadBalancerHarness implements Harness {
    private static final int LONGEST_END_SECONDS = 5;

    private final String service;
    private final TcpLoadBalancer balancer;
    private final Dialer dialer;
    private final Consumer<Exception> faults;
    private final ServerSocket listener;
    private final List<Dialled> dialled = new CopyOnWriteArrayList<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;
    private final SharedIndexInformer<io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice> informer;
    private List<EndpointSlice> told = List.of();
    private boolean everTold;
    private volatile boolean closed;

    /**
     * A call of the balancer's to {@link Dialer#dial}.
     *
     * @param refusal why it was refused; empty if it was not
     */
    public record Dialled(String host, int port, String refusal) {}

    private LoadBalancerHarness(Site site, String service, TcpLoadBalancer balancer) throws IOException {
        this.service = service;
        this.balancer = balancer;
        this.dialer = site.dialer();
        this.faults = site.faults();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "balancer " + service);
            thread.setDaemon(true);
            return thread;
        });
        this.listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.informer = site.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(site.namespace())
                .withLabel("kubernetes.io/service-name", service)
                .runnableInformer(0)
                .addEventHandler(new Tell());
    }

    /**
     * A load balancer for a Service of the site's namespace. The balancer knows its endpoints when it has been started;
     * faults are all of its exceptions but IOExceptions.
     */
    public static Plan<TcpLoadBalancer, LoadBalancerHarness> forService(String service) {
        return new Plan<>(TcpLoadBalancer.class, "load balancer for " + service, (site, balancer) -> {
            try {
                LoadBalancerHarness harness = new LoadBalancerHarness(site, service, balancer);
                harness.informer.run();
                harness.tell();
                harness.threads.execute(harness::accept);
                return harness;
            } catch (IOException e) {
                throw new UncheckedIOException("no port to listen on", e);
            }
        });
    }

    /** Clients connect here: {@code 127.0.0.1} and this port. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Whom the balancer has dialled so far, in order. */
    public List<Dialled> dialled() {
        return List.copyOf(dialled);
    }

    /** What the balancer was last told. */
    public synchronized List<EndpointSlice> endpoints() {
        return told;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        List<Connection> dialledHere = new CopyOnWriteArrayList<>();
        try (Connection client = new SocketConnection(socket)) {
            open.add(client);
            balancer.serve(client, (host, port) -> dial(host, port, dialledHere));
        } catch (IOException e) {
            // one conversation ended badly: its client sees that, nobody else
        } catch (RuntimeException e) {
            if (!closed) {
                faults.accept(e);
            }
        } finally {
            open.removeIf(c -> c instanceof SocketConnection s && s.isFor(socket));
            dialledHere.forEach(this::end);
        }
    }

    private Connection dial(String host, int port, List<Connection> here) throws IOException {
        if (closed) {
            throw new IOException("the load balancer was closed");
        }
        try {
            Connection connection = dialer.dial(host, port);
            dialled.add(new Dialled(host, port, ""));
            here.add(connection);
            open.add(connection);
            if (closed) {
                // a conversation that had to wait for its turn: close() has not seen this connection
                end(connection);
                throw new IOException("the load balancer was closed");
            }
            return connection;
        } catch (IOException e) {
            dialled.add(new Dialled(host, port, String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private void end(Connection connection) {
        open.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    /** Never two at once, and never twice the same. */
    private synchronized void tell() {
        List<EndpointSlice> now = informer.getStore().list().stream()
                .map(LoadBalancerHarness::slice)
                .sorted(Comparator.comparing(EndpointSlice::name))
                .toList();
        if (closed || (everTold && now.equals(told))) {
            return;
        }
        everTold = true;
        told = now;
        try {
            balancer.endpoints(now);
        } catch (RuntimeException e) {
            if (!closed) {
                faults.accept(e);
            }
        }
    }

    private static EndpointSlice slice(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
        List<EndpointPort> ports = new ArrayList<>();
        // a slice without endpoints has null for both lists
        for (var port : orEmpty(slice.getPorts())) {
            if (port.getPort() != null) {
                ports.add(new EndpointPort(text(port.getName()), port.getPort()));
            }
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (var e : orEmpty(slice.getEndpoints())) {
            endpoints.add(new Endpoint(
                    e.getAddresses(),
                    conditions(e.getConditions()),
                    text(e.getNodeName()),
                    e.getTargetRef() == null ? "" : text(e.getTargetRef().getName())));
        }
        return new EndpointSlice(slice.getMetadata().getName(), ports, endpoints);
    }

    /** What is not said counts as it does for kube-proxy: ready and serving unless denied. */
    private static Conditions conditions(@Nullable EndpointConditions c) {
        return c == null
                ? new Conditions(true, true, false)
                : new Conditions(
                        !Boolean.FALSE.equals(c.getReady()),
                        !Boolean.FALSE.equals(c.getServing()),
                        Boolean.TRUE.equals(c.getTerminating()));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Ends listener, watch and all conversations. */
    @Override
    public void close() {
        closed = true;
        informer.close();
        try {
            listener.close();
        } catch (IOException e) {
            // nobody can connect any more either way
        }
        open.forEach(this::end);
        threads.shutdownNow();
        try {
            // conversations whose connections are cut end by themselves: none shall go on behind its client's back
            threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "load balancer for Service " + service + " on 127.0.0.1:" + port();
    }

    private final class Tell
            implements ResourceEventHandler<io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice> {
        @Override
        public void onAdd(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
            changed();
        }

        @Override
        public void onUpdate(
                io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice before,
                io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice after) {
            changed();
        }

        @Override
        public void onDelete(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice, boolean unknown) {
            changed();
        }

        private void changed() {
            if (!threads.isShutdown()) {
                threads.execute(() -> {
                    if (!closed) {
                        tell();
                    }
                });
            }
        }
    }
}
