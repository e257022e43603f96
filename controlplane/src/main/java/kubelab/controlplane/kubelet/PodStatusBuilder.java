package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.containers.runtime.filesystem.Credentials;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Pod's status from the state of its containers, as the body of a strategic merge patch. What must go away is null
 * in it; conditions of others (a scheduler's, readiness gates) are not in it and so stay.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet (generateAPIPodStatus, convertStatusToAPIStatus) and pkg/kubelet/status
 * (conditions), release 1.34.
 */
final class PodStatusBuilder {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> CONDITIONS =
            List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    private final KubeletContext kubelet;
    /** Condition → its status and since when. */
    private final Map<String, Since> since = new HashMap<>();

    private String phase = "Pending";

    PodStatusBuilder(KubeletContext kubelet) {
        this.kubelet = kubelet;
    }

    private record Since(String status, String time) {}

    /** @param uid of the object that is to get the status */
    String patch(PodWorker worker, String uid) {
        Pod pod = worker.pod();
        ObjectNode root = JSON.objectNode();
        root.putObject("metadata").put("uid", uid);
        ObjectNode status = root.putObject("status");
        Long generation = pod.getMetadata().getGeneration();
        if (generation != null) {
            status.put("observedGeneration", generation);
        }
        if (worker.rejected()) {
            status.put("phase", "Failed");
            status.put("reason", worker.endReason());
            status.put("message", worker.endMessage());
            status.put("startTime", time(worker.startTime()));
            // Of the scheduler's condition nothing stays: the kubelet's status takes its place.
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("$patch", "delete");
            return root.toString();
        }
        String computed = PodPhase.of(worker);
        // A final phase is a promise that nothing runs any more, so it waits until that is true.
        boolean isFinal = computed.equals("Succeeded") || computed.equals("Failed");
        if (!isFinal || worker.over()) {
            phase = worker.endReason() != null && worker.over() ? "Failed" : computed;
        }
        status.put("phase", phase);
        if (pod.getStatus() != null && pod.getStatus().getNominatedNodeName() != null) {
            status.putNull("nominatedNodeName"); // it is here now, nobody has to keep room for it
        }
        // A Pod that was deleted before all of its containers ran has failed, but its conditions do not say so.
        boolean ran = worker.of(ContainerLifecycle.Kind.MAIN).allMatch(u -> u.ended() != null)
                || worker.pod().getMetadata().getDeletionTimestamp() == null;
        boolean failing = computed.equals("Failed") && ran || worker.endReason() != null;
        if (worker.endReason() != null && worker.over()) {
            status.put("reason", worker.endReason());
            status.put("message", worker.endMessage());
        }
        status.put("startTime", time(worker.startTime()));
        status.put("hostIP", kubelet.node().ip());
        status.putArray("hostIPs").addObject().put("ip", kubelet.node().ip());
        if (!worker.podIp().isEmpty()) {
            status.put("podIP", worker.podIp());
            status.putArray("podIPs").addObject().put("ip", worker.podIp());
        }
        containers(
                worker,
                status,
                "initContainerStatuses",
                List.of(ContainerLifecycle.Kind.INIT, ContainerLifecycle.Kind.SIDECAR));
        containers(worker, status, "containerStatuses", List.of(ContainerLifecycle.Kind.MAIN));
        containers(worker, status, "ephemeralContainerStatuses", List.of(ContainerLifecycle.Kind.EPHEMERAL));
        ArrayNode order = status.putArray("$setElementOrder/conditions");
        CONDITIONS.forEach(type -> order.addObject().put("type", type));
        conditions(
                worker, status.putArray("conditions"), generation, computed.equals("Succeeded") && !failing, failing);
        return root.toString();
    }

    /** Whether an object says something else about the kubelet's conditions than was told last. */
    boolean contradicts(Pod object) {
        return object.getStatus() != null
                && object.getStatus().getConditions().stream().anyMatch(condition -> {
                    Since told = since.get(condition.getType());
                    return told != null && !told.status.equals(condition.getStatus());
                });
    }

    private void conditions(
            PodWorker worker, ArrayNode conditions, @Nullable Long generation, boolean succeeded, boolean failed) {
        String finished = succeeded ? "PodCompleted" : failed ? "PodFailed" : null;
        add(conditions, generation, "PodReadyToStartContainers", worker.networkUp(), null, null);
        String incomplete = names(worker.lifecycles().stream()
                .filter(u -> u.kind() == ContainerLifecycle.Kind.INIT && !u.succeeded()
                        || u.kind() == ContainerLifecycle.Kind.SIDECAR && !sidecarInitialized(u)));
        boolean initialized = incomplete.isEmpty() || succeeded;
        boolean hasInit = worker.lifecycles().stream()
                .anyMatch(u -> u.kind() == ContainerLifecycle.Kind.INIT || u.kind() == ContainerLifecycle.Kind.SIDECAR);
        add(
                conditions,
                generation,
                "Initialized",
                initialized,
                initialized ? (succeeded ? "PodCompleted" : null) : "ContainersNotInitialized",
                initialized || !hasInit ? null : "containers with incomplete status: [" + incomplete + "]");
        String unready = names(worker.lifecycles().stream()
                .filter(u -> u.kind() == ContainerLifecycle.Kind.MAIN || u.kind() == ContainerLifecycle.Kind.SIDECAR)
                .filter(u -> !u.ready()));
        boolean containersReady = finished == null && unready.isEmpty();
        String reason = finished != null ? finished : containersReady ? null : "ContainersNotReady";
        String message =
                finished != null || containersReady ? null : "containers with unready status: [" + unready + "]";
        Optional<String> gate = containersReady ? closedGate(worker.pod()) : Optional.empty();
        if (gate.isPresent()) {
            add(conditions, generation, "Ready", false, "ReadinessGatesNotReady", gate.get());
        } else {
            add(conditions, generation, "Ready", containersReady, reason, message);
        }
        add(conditions, generation, "ContainersReady", containersReady, reason, message);
        add(conditions, generation, "PodScheduled", true, null, null);
    }

    private static boolean sidecarInitialized(ContainerLifecycle lifecycle) {
        return lifecycle.started() || lifecycle.ended() != null;
    }

    private static Optional<String> closedGate(Pod pod) {
        List<PodReadinessGate> gates = pod.getSpec().getReadinessGates();
        if (gates == null) {
            return Optional.empty();
        }
        List<PodCondition> known =
                pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        return gates.stream()
                .map(PodReadinessGate::getConditionType)
                .filter(type -> known.stream()
                        .noneMatch(
                                c -> c.getType().equals(type) && c.getStatus().equals("True")))
                .map(type -> known.stream().anyMatch(c -> c.getType().equals(type))
                        ? "the status of pod readiness gate \"" + type + "\" is not \"True\", but False"
                        : "corresponding condition of pod readiness gate \"" + type + "\" does not exist.")
                .reduce((a, b) -> a + ", " + b);
    }

    private void add(
            ArrayNode conditions,
            @Nullable Long generation,
            String type,
            boolean value,
            @Nullable String reason,
            @Nullable String message) {
        String status = value ? "True" : "False";
        Since known = since.get(type);
        if (known == null || !known.status.equals(status)) {
            known = new Since(status, time(kubelet.clock().now()));
            since.put(type, known);
        }
        ObjectNode condition = conditions.addObject();
        condition.put("type", type);
        condition.put("status", status);
        // A merge by type keeps what it does not name: an old reason must be taken away by hand.
        condition.put("reason", reason);
        condition.put("message", message);
        condition.put("lastTransitionTime", known.time);
        if (generation != null) {
            condition.put("observedGeneration", generation);
        }
    }

    private static void containers(
            PodWorker worker, ObjectNode status, String field, List<ContainerLifecycle.Kind> kinds) {
        List<ContainerLifecycle> lifecycles = worker.lifecycles().stream()
                .filter(u -> kinds.contains(u.kind()))
                .toList();
        if (lifecycles.isEmpty()) {
            return;
        }
        ArrayNode all = status.putArray(field);
        boolean initializing = worker.lifecycles().stream()
                .anyMatch(u -> u.kind() == ContainerLifecycle.Kind.INIT || u.kind() == ContainerLifecycle.Kind.SIDECAR);
        boolean neverInitialized = worker.of(ContainerLifecycle.Kind.INIT).anyMatch(u -> !u.succeeded());
        // Upstream lists them by name, not in the order of the spec.
        lifecycles.stream()
                .sorted((a, b) -> field.equals("containerStatuses") ? a.name().compareTo(b.name()) : 0)
                .forEach(u -> container(worker, u, all.addObject(), initializing, neverInitialized));
    }

    private static void container(
            PodWorker worker,
            ContainerLifecycle lifecycle,
            ObjectNode status,
            boolean initializing,
            boolean neverInitialized) {
        kubelab.containers.runtime.RuntimeContainer container = lifecycle.container();
        ContainerState state = state(worker, lifecycle, initializing, neverInitialized);
        status.put("name", lifecycle.name());
        ObjectNode stateNode = status.putObject("state");
        put(stateNode, state);
        ObjectNode last = status.putObject("lastState");
        ContainerState.Terminated before =
                state instanceof ContainerState.Terminated ? lifecycle.before() : lifecycle.ended();
        if (before != null) {
            put(last, before);
        }
        boolean doneInit = lifecycle.kind() == ContainerLifecycle.Kind.INIT && lifecycle.succeeded();
        boolean shownRunning = state instanceof ContainerState.Running;
        status.put(
                "ready",
                doneInit || shownRunning && lifecycle.kind() != ContainerLifecycle.Kind.INIT && lifecycle.ready());
        status.put("started", shownRunning && lifecycle.started());
        status.put("restartCount", lifecycle.restarts());
        status.put(
                "image",
                container == null
                        ? lifecycle.spec().getImage()
                        : ImageNames.full(lifecycle.spec().getImage()));
        status.put("imageID", container == null ? "" : lifecycle.imageId());
        if (container != null) {
            status.put("containerID", "containerd://" + container.id());
            resources(lifecycle, status);
            Credentials user = container.user();
            ObjectNode linux = status.putObject("user").putObject("linux");
            linux.put("uid", user.uid());
            linux.put("gid", user.gid());
            ArrayNode groups = linux.putArray("supplementalGroups");
            user.groups().stream().sorted().forEach(groups::add);
        }
        if (lifecycle.spec().getVolumeMounts() != null
                && !lifecycle.spec().getVolumeMounts().isEmpty()) {
            ArrayNode mounts = status.putArray("volumeMounts");
            for (VolumeMount mount : lifecycle.spec().getVolumeMounts()) {
                ObjectNode node = mounts.addObject();
                node.put("name", mount.getName());
                node.put("mountPath", mount.getMountPath());
                if (Boolean.TRUE.equals(mount.getReadOnly())) {
                    node.put("readOnly", true);
                    node.put("recursiveReadOnly", "Disabled");
                }
            }
        }
    }

    private static void resources(ContainerLifecycle lifecycle, ObjectNode status) {
        ObjectNode node = status.putObject("resources");
        if (lifecycle.spec().getResources() == null) {
            return;
        }
        quantities(node, "limits", lifecycle.spec().getResources().getLimits());
        quantities(node, "requests", lifecycle.spec().getResources().getRequests());
        quantities(status, "allocatedResources", lifecycle.spec().getResources().getRequests());
    }

    private static void quantities(ObjectNode parent, String field, @Nullable Map<String, Quantity> map) {
        if (map != null && !map.isEmpty()) {
            ObjectNode node = parent.putObject(field);
            map.forEach((name, quantity) -> node.put(name, quantity.toString()));
        }
    }

    private static ContainerState state(
            PodWorker worker, ContainerLifecycle lifecycle, boolean initializing, boolean neverInitialized) {
        // While its postStart hook runs, a container is not shown as running yet.
        if (lifecycle.running() && !lifecycle.busy()) {
            return new ContainerState.Running(Objects.requireNonNull(lifecycle.startedAt()));
        }
        ContainerState.Waiting waiting = lifecycle.waiting();
        if (waiting != null && !(lifecycle.ended() != null && worker.ending())) {
            return waiting;
        }
        ContainerState.Terminated ended = lifecycle.ended();
        if (ended != null && !lifecycle.running()) {
            return ended;
        }
        boolean deleted = worker.pod().getMetadata().getDeletionTimestamp() != null;
        if (worker.over() && deleted && !neverInitialized) {
            return new ContainerState.Terminated(
                    137,
                    "ContainerStatusUnknown",
                    "The container could not be located when the pod was terminated",
                    null,
                    null,
                    null);
        }
        return new ContainerState.Waiting(initializing ? "PodInitializing" : "ContainerCreating", "");
    }

    private static void put(ObjectNode node, ContainerState state) {
        if (state instanceof ContainerState.Waiting waiting) {
            ObjectNode inner = node.putObject("waiting");
            inner.put("reason", waiting.reason());
            if (!waiting.message().isEmpty()) {
                inner.put("message", waiting.message());
            }
        } else if (state instanceof ContainerState.Running run) {
            node.putObject("running").put("startedAt", time(run.startedAt()));
        } else if (state instanceof ContainerState.Terminated end) {
            ObjectNode inner = node.putObject("terminated");
            inner.put("exitCode", end.exitCode());
            inner.put("reason", end.reason());
            if (!end.message().isEmpty()) {
                inner.put("message", end.message());
            }
            inner.put("startedAt", end.startedAt() == null ? null : time(end.startedAt()));
            inner.put("finishedAt", end.finishedAt() == null ? null : time(end.finishedAt()));
            if (end.containerId() != null) {
                inner.put("containerID", "containerd://" + end.containerId());
            }
        }
    }

    private static String names(Stream<ContainerLifecycle> lifecycles) {
        return lifecycles.map(ContainerLifecycle::name).collect(Collectors.joining(" "));
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
