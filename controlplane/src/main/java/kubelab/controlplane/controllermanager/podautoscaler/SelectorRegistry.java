package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;

/**
 * Which Pods each autoscaler looks after, so that two of them do not pull at the same Pods.
 *
 * <p>Source: hpasControllingPodsUnderSelector in pkg/controller/podautoscaler/horizontal.go, 1.34.
 */
final class SelectorRegistry {
    private final Cached<Pod> pods;
    private final Map<Key, PodSelector> selectors = new ConcurrentHashMap<>();

    SelectorRegistry(Cached<Pod> pods) {
        this.pods = pods;
    }

    /** An autoscaler is there; until its target is seen, it looks after no Pod. */
    void register(Key autoscaler) {
        selectors.putIfAbsent(autoscaler, PodSelector.NOTHING);
    }

    void remove(Key autoscaler) {
        selectors.remove(autoscaler);
    }

    /** The autoscalers that look after Pods of this one, itself included; sorted. */
    List<String> sharing(Key autoscaler, PodSelector selector) {
        selectors.replace(autoscaler, selector);
        List<Pod> own = pods.inNamespace(autoscaler.namespace()).stream()
                .filter(p -> selector.matches(p.getMetadata().getLabels()))
                .toList();
        return selectors.entrySet().stream()
                .filter(other -> other.getKey().namespace().equals(autoscaler.namespace())
                        && own.stream().anyMatch(p -> other.getValue()
                                .matches(p.getMetadata().getLabels())))
                .map(other -> other.getKey().toString())
                .sorted()
                .toList();
    }
}
