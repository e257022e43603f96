package kubelab.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import kubelab.controlplane.controllermanager.ControllerManager;

/** Stops and starts parts of a k3s cluster by the flags of {@code k3s server}, and by its processes. */
final class K3sComponents implements Components.Switchboard {
    private static final String ACCOUNTS = "serviceaccount-controller";
    private static final String SERVER = "server";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, K3sProcess> processes;
    private final KubernetesClient client;

    private K3sComponents(Map<String, K3sProcess> processes, KubernetesClient client) {
        this.processes = processes;
        this.client = client;
    }

    /** @param processes of each node, {@code server} among them */
    static Components of(Map<String, K3sProcess> processes, KubernetesClient client) {
        List<String> names =
                new ArrayList<>(List.of(Components.SCHEDULER, Components.CONTROLLER_MANAGER, Components.KUBE_PROXY));
        processes.keySet().forEach(node -> names.add(Components.kubelet(node)));
        names.addAll(ControllerManager.controllers());
        return new Components(names, new K3sComponents(processes, client));
    }

    /** Whether the caller has stopped nothing by flags of its own. */
    static boolean areFree(List<String> serverFlags) {
        return serverFlags.stream()
                .noneMatch(flag -> flag.contains("=controllers=")
                        || flag.startsWith("--disable-scheduler")
                        || flag.startsWith("--disable-controller-manager")
                        || flag.startsWith("--disable-kube-proxy")
                        || flag.startsWith("--disable-agent"));
    }

    /** What {@code k3s server} is told so that these parts do not run. */
    static List<String> flags(Set<String> stopped) {
        List<String> flags = new ArrayList<>();
        if (stopped.contains(Components.SCHEDULER)) {
            flags.add("--disable-scheduler");
        }
        if (stopped.contains(Components.CONTROLLER_MANAGER)) {
            flags.add("--disable-controller-manager");
        }
        if (stopped.contains(Components.KUBE_PROXY)) {
            flags.add("--disable-kube-proxy");
        }
        if (stopped.contains(Components.kubelet(SERVER))) {
            flags.add("--disable-agent");
        }
        List<String> without = ControllerManager.controllers().stream()
                .filter(stopped::contains)
                .map(name -> ",-" + name)
                .toList();
        if (!without.isEmpty()) {
            // The beginning is what k3s itself says.
            flags.add("--kube-controller-manager-arg=controllers=*,tokencleaner" + String.join("", without));
        }
        return flags;
    }

    @Override
    public void turn(Set<String> before, Set<String> after) {
        List<String> flags = flags(after);
        if (!flags.equals(flags(before))) {
            process(SERVER).stop();
            process(SERVER).start(flags);
            await("The API server", this::answers);
            awaitControllers(after);
        }
        // Whether a node has a kube-proxy is something that its agent asks the server, at its own start.
        boolean proxies = before.contains(Components.KUBE_PROXY) != after.contains(Components.KUBE_PROXY);
        for (String node : processes.keySet()) {
            if (node.equals(SERVER)) {
                continue;
            }
            boolean ran = !before.contains(Components.kubelet(node));
            boolean runs = !after.contains(Components.kubelet(node));
            if (ran && (!runs || proxies)) {
                process(node).stop();
            }
            if (runs && (!ran || proxies)) {
                process(node).start(List.of());
            }
        }
    }

    /** Controllers begin a while after the API server; a namespace of ours gets its account once they do. */
    private void awaitControllers(Set<String> after) {
        if (after.contains(Components.CONTROLLER_MANAGER) || after.contains(ACCOUNTS)) {
            return;
        }
        String probe = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("kubelab-probe-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        try {
            await("The controller manager", () -> hasAccount(probe));
        } finally {
            client.namespaces().withName(probe).delete();
        }
    }

    private boolean hasAccount(String namespace) {
        try {
            return client.serviceAccounts()
                            .inNamespace(namespace)
                            .withName("default")
                            .get()
                    != null;
        } catch (KubernetesClientException e) {
            return false; // asked again
        }
    }

    private static void await(String what, BooleanSupplier there) {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!there.getAsBoolean()) {
            if (deadline.isOver()) {
                throw new ClusterException(
                        ClusterException.Reason.NOT_READY,
                        what + " did not come back within " + PATIENCE.toSeconds() + " s.",
                        "Start another cluster.");
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private boolean answers() {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false; // it is still starting
        }
    }

    private K3sProcess process(String node) {
        return Objects.requireNonNull(processes.get(node), node);
    }
}
