package kubelab.labkit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A port of this machine's loopback that the cluster's API server reaches: the way in for a server of your own, for
 * instance one that serves an aggregated API. The same on every provider that {@link #isPossible} of.
 *
 * <p>Where the cluster says by which address it reaches this machine: ConfigMap {@code kubelab-host} in {@code kube-public},
 * written by the provider. Where that address is one of this machine's own (a bridge of Docker), connections to it are
 * handed to loopback until {@link #close}.
 */
public final class ExposedPort implements AutoCloseable {
    /** In {@code kube-public}; its {@code address} is this machine's, its {@code loopback} whether loopback is behind it. */
    public static final String HOST_MAP = "kubelab-host";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final String address;
    private final int port;
    private final @Nullable ServerSocket forward;

    private ExposedPort(KubernetesClient client, String address, int port, @Nullable ServerSocket forward) {
        this.client = client;
        this.address = address;
        this.port = port;
        this.forward = forward;
    }

    /** Whether the cluster reaches this machine. */
    public static boolean isPossible(KubernetesClient client) {
        return host(client).isPresent();
    }

    /**
     * @param port on 127.0.0.1, where your server listens
     * @throws IOException when no port can be opened for the cluster
     * @throws IllegalStateException when the cluster has no way to this machine
     */
    public static ExposedPort of(KubernetesClient client, int port) throws IOException {
        Map<String, String> host = host(client)
                .orElseThrow(() -> new IllegalStateException(
                        "The cluster does not say how it reaches this machine (ConfigMap kube-public/" + HOST_MAP
                                + "). Use --cluster embedded or --cluster k3s."));
        String address = host.getOrDefault("address", "");
        if (Boolean.parseBoolean(host.get("loopback"))) {
            return new ExposedPort(client, address, port, null);
        }
        try {
            ServerSocket forward = new ServerSocket(0, 50, InetAddress.getByName(address));
            start(() -> accept(forward, port));
            return new ExposedPort(client, address, forward.getLocalPort(), forward);
        } catch (BindException notOurs) {
            // Docker Desktop: the address is its own, and leads to loopback.
            return new ExposedPort(client, address, port, null);
        }
    }

    /** This machine's address, as the cluster knows it. */
    public String address() {
        return address;
    }

    /** The port at {@link #address}. */
    public int port() {
        return port;
    }

    /** Makes a Service without a selector, port 443, and the EndpointSlice that leads here. */
    public void asService(String namespace, String name) {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(443)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.resource(new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name + "-1")
                        .addToLabels("kubernetes.io/service-name", name)
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses(address)
                        .endEndpoint()
                        .addNewPort()
                        .withName("")
                        .withPort(port)
                        .endPort()
                        .build())
                .create();
    }

    /**
     * Makes the APIService {@code VERSION.GROUP}, served by a Service that {@link #asService} made. Delete it when your server
     * ends: a dead one keeps namespaces from being deleted.
     *
     * @param caPem who signed your server's certificate, which must be for {@code NAME.NAMESPACE.svc}; empty takes any
     */
    public void asApi(String namespace, String name, String group, String version, Optional<String> caPem) {
        String trust = caPem.map(
                        pem -> "caBundle: " + Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))
                .orElse("insecureSkipTLSVerify: true");
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: apiregistration.k8s.io/v1
                        kind: APIService
                        metadata:
                          name: %2$s.%1$s
                        spec:
                          group: %1$s
                          version: %2$s
                          groupPriorityMinimum: 1000
                          versionPriority: 100
                          service: {namespace: %3$s, name: %4$s}
                          %5$s
                        """.formatted(group, version, namespace, name, trust), GenericKubernetesResource.class))
                .create();
    }

    /** Ends the way in. The Service and the APIService stay. */
    @Override
    public void close() throws IOException {
        if (forward != null) {
            forward.close();
        }
    }

    /** The provider writes it soon after the start. */
    private static Optional<Map<String, String>> host(KubernetesClient client) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            ConfigMap map = client.configMaps()
                    .inNamespace("kube-public")
                    .withName(HOST_MAP)
                    .get();
            if (map != null || System.nanoTime() > end) {
                return Optional.ofNullable(map).map(ConfigMap::getData);
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private static void accept(ServerSocket forward, int port) {
        while (!forward.isClosed()) {
            try {
                Socket cluster = forward.accept();
                start(() -> join(cluster, port));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void join(Socket cluster, int port) {
        try (cluster;
                Socket own = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread answers = start(() -> copy(own, cluster));
            copy(cluster, own);
            answers.join();
        } catch (IOException nobodyThere) {
            // The cluster sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until {@code from} ends; then {@code to} hears of it. */
    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream()) {
            OutputStream out = to.getOutputStream();
            byte[] block = new byte[8192];
            for (int n; (n = in.read(block)) >= 0; ) {
                out.write(block, 0, n);
                out.flush();
            }
        } catch (IOException ended) {
            // Either side may end it.
        }
        try {
            to.close();
        } catch (IOException closed) {
            // It is closed.
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "exposed-port");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
