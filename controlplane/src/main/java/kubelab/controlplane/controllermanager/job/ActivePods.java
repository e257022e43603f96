package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.controllermanager.loop.PodState;

/** The Pods of a Job that run, as the cache shows them and as they are after what one look at the Job has done. */
final class ActivePods {
    private final List<Pod> left;
    private int made;
    private int deleted;

    ActivePods(List<Pod> seen) {
        this.left = new ArrayList<>(seen);
    }

    void made() {
        made++;
    }

    void deleted(Pod pod) {
        left.removeIf(p -> p.getMetadata().getUid().equals(pod.getMetadata().getUid()));
        deleted++;
    }

    /** Those that were there before and are still. */
    List<Pod> left() {
        return List.copyOf(left);
    }

    int deleted() {
        return deleted;
    }

    int size() {
        return left.size() + made;
    }

    int ready() {
        return (int) left.stream().filter(PodState::isReady).count();
    }
}
