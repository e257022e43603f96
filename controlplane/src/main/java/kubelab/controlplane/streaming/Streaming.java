package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.kubelet.Kubelet;
import kubelab.controlplane.kubelet.Kubelets;
import org.jspecify.annotations.Nullable;

/** Registers the streaming subresources and holds what they share. */
public final class Streaming implements AutoCloseable {
    private final KubernetesClient client;
    private final Kubelets kubelets;
    private final Clock clock;
    private final ExecutorService threads;

    /** @param client under the API server's own user; reads Pods, Services and EndpointSlices */
    public Streaming(KubernetesClient client, Kubelets kubelets, Clock clock) {
        this.client = client;
        this.kubelets = kubelets;
        this.clock = clock;
        this.threads = Executors.newCachedThreadPool(DaemonThreads.numbered("streaming"));
    }

    /** Makes the API server answer them from now on. */
    public void register(ApiServer server) {
        RemoteCommand commands = new RemoteCommand(this);
        HttpProxy proxy = new HttpProxy(this);
        server.handle("", "pods", "log", new PodLog(this));
        server.handle("", "pods", "exec", commands::exec);
        server.handle("", "pods", "attach", commands::attach);
        server.handle("", "pods", "portforward", new PortForward(this));
        server.handle("", "pods", "proxy", proxy::pod);
        server.handle("", "services", "proxy", proxy::service);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    KubernetesClient client() {
        return client;
    }

    Kubelets kubelets() {
        return kubelets;
    }

    Clock clock() {
        return clock;
    }

    ExecutorService threads() {
        return threads;
    }

    /** The Pod a call is about. */
    Pod pod(RequestContext call) {
        Pod pod = client.pods()
                .inNamespace(call.namespace())
                .withName(call.name())
                .get();
        if (pod == null) {
            throw ApiException.notFound(call.resource(), call.name());
        }
        return pod;
    }

    /**
     * The kubelet of a Pod's node.
     *
     * @param path what is asked of it, for the message when it does not answer
     */
    Kubelet kubelet(Pod pod, String path) {
        String node = pod.getSpec().getNodeName();
        Kubelet kubelet = kubelets.get(node).orElse(null);
        if (kubelet == null || !kubelet.running() || kubelet.isCutOff()) {
            String address = kubelet == null ? node : kubelet.config().ip();
            String why = kubelet != null && !kubelet.isCutOff() ? "connect: connection refused" : "i/o timeout";
            String authority = address + ":10250";
            throw new ApiException(
                    500, "", "Get \"https://" + authority + path + "\": dial tcp " + authority + ": " + why);
        }
        return kubelet;
    }

    static String node(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node == null ? "" : node;
    }

    /** The container that is asked for, or the only one there is. */
    static String container(Pod pod, String asked) {
        List<String> mains =
                pod.getSpec().getContainers().stream().map(Container::getName).toList();
        List<String> all = new ArrayList<>();
        for (Container init : orEmpty(pod.getSpec().getInitContainers())) {
            all.add(init.getName());
        }
        all.addAll(mains);
        if (asked.isEmpty()) {
            if (mains.size() == 1) {
                return mains.get(0);
            }
            throw ApiException.badRequest("a container name must be specified for pod "
                    + pod.getMetadata().getName() + ", choose one of: [" + String.join(" ", all) + "]");
        }
        if (pod.getSpec().getEphemeralContainers() != null) {
            pod.getSpec().getEphemeralContainers().forEach(e -> all.add(e.getName()));
        }
        if (!all.contains(asked)) {
            throw ApiException.badRequest("container " + asked + " is not valid for pod "
                    + pod.getMetadata().getName());
        }
        return asked;
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
