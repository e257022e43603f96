package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.Component;
import kubelab.controlplane.ComponentContext;

/**
 * Nodes without containers: a Pod that is bound runs at once (its annotation {@code hollow/exit} makes it end with that
 * code), a Pod that is deleted is gone at once. What the tests of controllers need, and no more.
 */
final class HollowKubelet implements Component {
    private final KubernetesClient client;
    private final Clock clock;
    private final List<String> nodes;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(r -> {
        Thread thread = new Thread(r, "hollow-kubelet");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger address = new AtomicInteger(1);
    private final List<SharedIndexInformer<Pod>> informers = new ArrayList<>();

    HollowKubelet(ComponentContext context, List<String> nodes) {
        this.client = context.clientFor("system:node:hollow");
        this.clock = context.clock();
        this.nodes = nodes;
    }

    @Override
    public String name() {
        return "hollow-kubelet";
    }

    @Override
    public void start() {
        for (String node : nodes) {
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(node)
                            .addToLabels("kubernetes.io/hostname", node)
                            .endMetadata()
                            .withNewSpec()
                            .endSpec()
                            .withNewStatus()
                            .addToAllocatable("cpu", new Quantity("4"))
                            .addToAllocatable("memory", new Quantity("8Gi"))
                            .addToAllocatable("pods", new Quantity("110"))
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("True")
                            .endCondition()
                            .endStatus()
                            .build())
                    .create();
        }
        SharedIndexInformer<Pod> informer = client.informers().sharedIndexInformerFor(Pod.class, 0);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                worker.execute(() -> handle(pod));
            }

            @Override
            public void onUpdate(Pod before, Pod after) {
                worker.execute(() -> handle(after));
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {}
        });
        informer.start();
        informers.add(informer);
    }

    @Override
    public void stop() {
        informers.forEach(SharedIndexInformer::close);
        worker.shutdownNow();
        client.close();
    }

    private void handle(Pod pod) {
        if (pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty()) {
            return;
        }
        try {
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                end(pod);
            } else if (pod.getStatus().getPhase() == null
                    || "Pending".equals(pod.getStatus().getPhase())) {
                run(pod);
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409) {
                throw e;
            }
        }
    }

    private void end(Pod pod) {
        if (!"Succeeded".equals(pod.getStatus().getPhase())
                && !"Failed".equals(pod.getStatus().getPhase())) {
            client.resource(new PodBuilder(pod)
                            .editStatus()
                            .withPhase("Failed")
                            .endStatus()
                            .build())
                    .updateStatus();
        }
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withGracePeriod(0)
                .delete();
    }

    private void run(Pod pod) {
        String exit = pod.getMetadata().getAnnotations() == null
                ? null
                : pod.getMetadata().getAnnotations().get("hollow/exit");
        boolean ready = exit == null;
        String phase = ready ? "Running" : exit.equals("0") ? "Succeeded" : "Failed";
        String ip = "10.42.0." + address.incrementAndGet();
        PodBuilder builder = new PodBuilder(pod);
        var status = builder.editOrNewStatus()
                .withPhase(phase)
                .withPodIP(ip)
                .addNewPodIP(ip)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition();
        if (!ready) {
            status.addNewContainerStatus()
                    .withName(pod.getSpec().getContainers().get(0).getName())
                    .withNewState()
                    .withNewTerminated()
                    .withExitCode(Integer.parseInt(exit))
                    .withFinishedAt(clock.now()
                            .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                            .toString())
                    .endTerminated()
                    .endState()
                    .endContainerStatus();
        }
        client.resource(status.endStatus().build()).updateStatus();
    }
}
