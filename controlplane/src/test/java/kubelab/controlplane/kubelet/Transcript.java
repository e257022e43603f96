package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.ArrayList;
import java.util.List;

/** A Pod's status and its events as comparable text: without times, addresses, ids and the namespace's name. */
final class Transcript {
    private Transcript() {}

    static String state(Pod pod) {
        List<String> lines = new ArrayList<>();
        var status = pod.getStatus();
        lines.add(status.getPhase()
                + (status.getReason() == null ? "" : " " + status.getReason())
                + (pod.getMetadata().getDeletionTimestamp() == null ? "" : " deleted")
                + " generation=" + status.getObservedGeneration()
                + (status.getPodIP() == null ? "" : " ip"));
        for (PodCondition c : status.getConditions()) {
            lines.add("  " + c.getType() + "=" + c.getStatus() + (c.getReason() == null ? "" : " " + c.getReason())
                    + (c.getMessage() == null ? "" : "|" + c.getMessage()));
        }
        status.getInitContainerStatuses().forEach(c -> lines.add("  init " + container(c)));
        status.getContainerStatuses().forEach(c -> lines.add("  " + container(c)));
        return normal(
                String.join("\u0001", lines),
                pod.getMetadata().getUid(),
                pod.getMetadata().getNamespace());
    }

    static String event(Event event) {
        var about = event.getInvolvedObject();
        return normal(
                event.getType() + " " + event.getReason() + " "
                        + (about.getFieldPath() == null ? "-" : about.getFieldPath()) + " " + event.getMessage(),
                about.getUid(),
                about.getNamespace());
    }

    private static String normal(String text, String uid, String namespace) {
        return text.replace(uid, "UID")
                .replace("_" + namespace + "(", "_NAMESPACE(")
                .replace(" " + namespace + "/", " NAMESPACE/")
                .replaceAll("10\\.42\\.\\d+\\.\\d+", "POD-IP")
                .replace("\n", "\\n")
                .replace("\u0001", "\n");
    }

    private static String container(ContainerStatus c) {
        return c.getName() + " ready=" + c.getReady() + " started=" + c.getStarted() + " restarts="
                + c.getRestartCount() + " " + state(c.getState()) + " last=" + state(c.getLastState());
    }

    private static String state(ContainerState state) {
        if (state == null) {
            return "-";
        }
        if (state.getWaiting() != null) {
            String message = state.getWaiting().getMessage();
            return "Waiting:" + state.getWaiting().getReason() + (message == null ? "" : "|" + message);
        }
        if (state.getRunning() != null) {
            return "Running";
        }
        if (state.getTerminated() == null) {
            return "-";
        }
        String message = state.getTerminated().getMessage();
        return "Terminated:" + state.getTerminated().getReason() + "/"
                + state.getTerminated().getExitCode() + (message == null ? "" : "|" + message);
    }
}
