package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The nodes and what is on them: what the watch has shown plus what was decided a moment ago and not seen yet ("assumed").
 * Without assuming, a second Pod would be given the same free CPU. Thread-safe.
 */
final class SchedulerCache {
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, Map<String, Pod>> podsByNode = new HashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    private final Map<String, NodeInfo> infos = new HashMap<>();

    synchronized void putNode(Node node) {
        nodes.put(node.getMetadata().getName(), node);
        infos.remove(node.getMetadata().getName());
    }

    synchronized void removeNode(String name) {
        nodes.remove(name);
        infos.remove(name);
    }

    /**
     * The Pod is on its node: seen there, or assumed to be.
     *
     * @return whether that is news to a decision; a Pod's status, which changes often, is not
     */
    synchronized boolean putPod(Pod pod, String node) {
        String uid = pod.getMetadata().getUid();
        String before = nodeOfPod.put(uid, node);
        if (before != null && !before.equals(node)) {
            take(before, uid);
        }
        Pod known = podsByNode.computeIfAbsent(node, n -> new LinkedHashMap<>()).put(uid, pod);
        boolean news = known == null
                || !Objects.equals(
                        known.getSpec().getContainers(), pod.getSpec().getContainers())
                || !Objects.equals(
                        known.getMetadata().getLabels(), pod.getMetadata().getLabels())
                || (known.getMetadata().getDeletionTimestamp() == null)
                        != (pod.getMetadata().getDeletionTimestamp() == null);
        if (news) {
            infos.remove(node);
        }
        return news;
    }

    /** The Pod ended, is gone, or could not be bound. */
    synchronized boolean removePod(String uid) {
        String node = nodeOfPod.remove(uid);
        if (node == null) {
            return false;
        }
        take(node, uid);
        return true;
    }

    /** What to decide from, at this moment. */
    synchronized List<NodeInfo> snapshot() {
        List<NodeInfo> snapshot = new ArrayList<>(nodes.size());
        nodes.forEach((name, node) -> snapshot.add(infos.computeIfAbsent(
                name,
                n -> NodeInfo.of(
                        node, List.copyOf(podsByNode.getOrDefault(n, Map.of()).values())))));
        return snapshot;
    }

    private void take(String node, String uid) {
        Map<String, Pod> pods = podsByNode.get(node);
        if (pods != null) {
            pods.remove(uid);
        }
        infos.remove(node);
    }
}
