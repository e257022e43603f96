package kubelab.controlplane.apiserver.table;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One Pod's line. Its STATUS is not a field of the Pod: it is the most telling of phase, reason and the states of the
 * containers, looked at in this order — scheduling gate, init containers until one is not done, then the containers
 * from last to first, and deletion above all.
 */
final class PodRow {
    private final JsonNode pod;
    private final JsonNode spec;
    private final JsonNode status;

    private String reason;
    private int ready;
    private int total;
    private int restarts;
    private @Nullable Instant lastRestart;
    private int sidecarRestarts;
    private @Nullable Instant lastSidecarRestart;

    private PodRow(JsonNode pod) {
        this.pod = pod;
        this.spec = pod.path("spec");
        this.status = pod.path("status");
        this.reason = Text.or(status.path("reason"), status.path("phase").asString(""));
        this.total = spec.path("containers").size();
    }

    static List<Object> cells(JsonNode pod, Instant now) {
        PodRow row = new PodRow(pod);
        row.look();
        String restarts = row.restarts == 0 || row.lastRestart == null
                ? String.valueOf(row.restarts)
                : row.restarts + " (" + Text.human(Duration.between(row.lastRestart, now)) + " ago)";
        return List.of(
                Text.name(pod),
                row.ready + "/" + row.total,
                row.reason,
                restarts,
                Text.age(pod, now),
                Text.or(row.status.path("podIPs").path(0).path("ip"), Text.NONE),
                Text.or(row.spec.path("nodeName"), Text.NONE),
                Text.or(row.status.path("nominatedNodeName"), Text.NONE),
                row.readinessGates());
    }

    /** A finished Pod's row carries a condition, so that a client may grey it out. */
    static Optional<ArrayNode> conditions(JsonNode pod) {
        String phase = pod.path("status").path("phase").asString("");
        if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
            return Optional.empty();
        }
        ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
        conditions
                .addObject()
                .put("type", "Completed")
                .put("status", "True")
                .put("reason", phase)
                .put("message", phase.equals("Succeeded") ? "The pod has completed successfully." : "The pod failed.");
        return Optional.of(conditions);
    }

    private void look() {
        for (JsonNode condition : status.path("conditions")) {
            if (is(condition, "type", "PodScheduled") && is(condition, "reason", "SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        boolean initializing = lookAtInitContainers();
        if (!initializing || Text.conditionIsTrue(pod, "Initialized")) {
            lookAtContainers();
        }
        boolean deleted = pod.path("metadata").has("deletionTimestamp");
        String phase = status.path("phase").asString("");
        if (deleted && is(status, "reason", "NodeLost")) {
            reason = "Unknown";
        } else if (deleted && !phase.equals("Succeeded") && !phase.equals("Failed")) {
            reason = "Terminating";
        }
    }

    /** @return whether one of them is still in the way */
    private boolean lookAtInitContainers() {
        JsonNode containers = spec.path("initContainers");
        for (JsonNode container : containers) {
            total += isSidecar(container) ? 1 : 0;
        }
        JsonNode statuses = status.path("initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            JsonNode container = statuses.get(i);
            boolean sidecar = isSidecar(named(containers, container.path("name").asString("")));
            Instant restarted = lastTermination(container);
            restarts += container.path("restartCount").asInt(0);
            lastRestart = later(lastRestart, restarted);
            if (sidecar) {
                sidecarRestarts += container.path("restartCount").asInt(0);
                lastSidecarRestart = later(lastSidecarRestart, restarted);
            }
            JsonNode terminated = container.path("state").path("terminated");
            String waiting =
                    container.path("state").path("waiting").path("reason").asString("");
            if (!terminated.isMissingNode() && terminated.path("exitCode").asInt(0) == 0) {
                continue;
            }
            if (sidecar && container.path("started").asBoolean(false)) {
                ready += container.path("ready").asBoolean(false) ? 1 : 0;
                continue;
            }
            if (!terminated.isMissingNode()) {
                reason = "Init:" + ending(terminated);
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                reason = "Init:" + waiting;
            } else {
                reason = "Init:" + i + "/" + containers.size();
            }
            return true;
        }
        return false;
    }

    private void lookAtContainers() {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        JsonNode statuses = status.path("containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            JsonNode container = statuses.get(i);
            restarts += container.path("restartCount").asInt(0);
            lastRestart = later(lastRestart, lastTermination(container));
            JsonNode state = container.path("state");
            String waiting = state.path("waiting").path("reason").asString("");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.has("terminated")) {
                reason = ending(state.path("terminated"));
            } else if (container.path("ready").asBoolean(false) && state.has("running")) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = Text.conditionIsTrue(pod, "Ready") ? "Running" : "NotReady";
        }
    }

    private String readinessGates() {
        JsonNode gates = spec.path("readinessGates");
        if (gates.isEmpty()) {
            return Text.NONE;
        }
        int open = 0;
        for (JsonNode gate : gates) {
            open += Text.conditionIsTrue(pod, gate.path("conditionType").asString("")) ? 1 : 0;
        }
        return open + "/" + gates.size();
    }

    private static String ending(JsonNode terminated) {
        String reason = terminated.path("reason").asString("");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = terminated.path("signal").asInt(0);
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + terminated.path("exitCode").asInt(0);
    }

    private static @Nullable Instant lastTermination(JsonNode container) {
        JsonNode finished = container.path("lastState").path("terminated").path("finishedAt");
        return Text.isTime(finished) ? Text.instant(finished) : null;
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || other != null && one.isBefore(other) ? other : one;
    }

    private static boolean isSidecar(JsonNode container) {
        return is(container, "restartPolicy", "Always");
    }

    private static JsonNode named(JsonNode containers, String name) {
        for (JsonNode container : containers) {
            if (is(container, "name", name)) {
                return container;
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    private static boolean is(JsonNode object, String field, String value) {
        return object.path(field).asString("").equals(value);
    }
}
