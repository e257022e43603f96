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
 * Without assuming, a second Pod would be given the same free CPU. Also who is nominated for which node, so that nobody
 * lesser takes the room that was made. Thread-safe.
 */
final class SchedulerCache {
    /** Without their Pods. */
    private final Map<String, NodeInfo> nodes = new TreeMap<>();

    private final Map<String, Map<String, PodInfo>> podsByNode = new HashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    private final Map<String, NodeInfo> infos = new HashMap<>();
    private final Map<String, Nomination> nominations = new LinkedHashMap<>();

    private record Nomination(PodInfo pod, String node) {}

    synchronized void putNode(Node node) {
        nodes.put(node.getMetadata().getName(), NodeInfo.of(node, List.of()));
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
        nominations.remove(uid);
        String before = nodeOfPod.put(uid, node);
        if (before != null && !before.equals(node)) {
            take(before, uid);
        }
        Map<String, PodInfo> here = podsByNode.computeIfAbsent(node, n -> new LinkedHashMap<>());
        PodInfo known = here.get(uid);
        infos.remove(node);
        if (known == null || !sameSpec(known.pod(), pod)) {
            here.put(uid, PodInfo.of(pod));
            return true;
        }
        here.put(uid, known.with(pod));
        return !Objects.equals(
                        known.pod().getMetadata().getLabels(), pod.getMetadata().getLabels())
                || known.isTerminating() != (pod.getMetadata().getDeletionTimestamp() != null);
    }

    /** The Pod ended, is gone, or could not be bound. */
    synchronized boolean removePod(String uid) {
        nominations.remove(uid);
        String node = nodeOfPod.remove(uid);
        if (node == null) {
            return false;
        }
        take(node, uid);
        return true;
    }

    /** Room is being made for the Pod on a node; {@code node} empty: not any more. */
    synchronized void nominate(Pod pod, String node) {
        String uid = pod.getMetadata().getUid();
        if (node.isEmpty() || nodeOfPod.containsKey(uid)) {
            nominations.remove(uid);
        } else {
            nominations.put(uid, new Nomination(PodInfo.of(pod), node));
        }
    }

    /** node → Pods nominated for it that go before {@code pod}: those of its priority or a higher one. */
    synchronized Map<String, List<PodInfo>> nominatedBefore(Pod pod) {
        Map<String, List<PodInfo>> before = new HashMap<>();
        nominations.forEach((uid, nomination) -> {
            if (!uid.equals(pod.getMetadata().getUid()) && nomination.pod().priority() >= PodInfo.priority(pod)) {
                before.computeIfAbsent(nomination.node(), n -> new ArrayList<>())
                        .add(nomination.pod());
            }
        });
        return before;
    }

    /** Pods nominated for the node that {@code pod} goes before: they have to look elsewhere. */
    synchronized List<Pod> nominatedAfter(Pod pod, String node) {
        return nominations.values().stream()
                .filter(n -> n.node().equals(node) && n.pod().priority() < PodInfo.priority(pod))
                .map(n -> n.pod().pod())
                .toList();
    }

    /** What to decide from, at this moment. */
    synchronized List<NodeInfo> snapshot() {
        List<NodeInfo> snapshot = new ArrayList<>(nodes.size());
        nodes.forEach((name, node) -> snapshot.add(infos.computeIfAbsent(
                name, n -> node.with(podsByNode.getOrDefault(n, Map.of()).values()))));
        return snapshot;
    }

    private void take(String node, String uid) {
        Map<String, PodInfo> pods = podsByNode.get(node);
        if (pods != null) {
            pods.remove(uid);
        }
        infos.remove(node);
    }

    /** A Pod's generation counts the changes of its spec; binding is the one that is no news here. */
    private static boolean sameSpec(Pod one, Pod other) {
        return one == other
                || one.getMetadata().getGeneration() != null
                        && Objects.equals(
                                one.getMetadata().getGeneration(),
                                other.getMetadata().getGeneration())
                || Objects.equals(one.getSpec().getContainers(), other.getSpec().getContainers());
    }
}
