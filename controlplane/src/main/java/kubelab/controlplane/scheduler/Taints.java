package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A taint keeps Pods off a node unless they tolerate it. NoSchedule and NoExecute forbid; PreferNoSchedule only makes
 * the node less attractive. (Evicting Pods that run already is the taint-eviction controller's work.)
 */
final class Taints implements Filter, Score {
    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Check prepare(Pod pod, List<NodeInfo> nodes) {
        return node -> isTolerated(pod, node) ? Verdict.ok() : Verdict.unfit("node(s) had untolerated taint(s)");
    }

    /** Whether no taint forbids the Pod. */
    static boolean isTolerated(Pod pod, NodeInfo node) {
        return taints(node).stream()
                .filter(t -> !"PreferNoSchedule".equals(t.getEffect()))
                .allMatch(t -> tolerates(pod, t.getKey(), text(t.getValue()), t.getEffect()));
    }

    @Override
    public int weight() {
        return 3;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        long[] marks = candidates.stream()
                .mapToLong(node -> taints(node).stream()
                        .filter(t -> "PreferNoSchedule".equals(t.getEffect()))
                        .filter(t -> !tolerates(pod, t.getKey(), text(t.getValue()), t.getEffect()))
                        .count())
                .toArray();
        return Score.normalise(marks, true);
    }

    static boolean tolerates(Pod pod, String key, String value, String effect) {
        List<Toleration> tolerations = Objects.requireNonNullElse(pod.getSpec().getTolerations(), List.of());
        return tolerations.stream().anyMatch(t -> {
            if (!text(t.getEffect()).isEmpty() && !t.getEffect().equals(effect)) {
                return false;
            }
            if (!text(t.getKey()).isEmpty() && !t.getKey().equals(key)) {
                return false;
            }
            return "Exists".equals(t.getOperator())
                    || text(t.getValue()).equals(value) && !text(t.getKey()).isEmpty();
        });
    }

    private static List<Taint> taints(NodeInfo node) {
        return Objects.requireNonNullElse(node.node().getSpec().getTaints(), List.of());
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
