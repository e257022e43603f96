package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;

/** What a decision asks about the cluster besides nodes and Pods; most ask nothing. */
public interface ClusterLister {
    /** Of nothing else. */
    ClusterLister NONE = new ClusterLister() {
        @Override
        public List<Service> services(String namespace) {
            return List.of();
        }

        @Override
        public Map<String, Map<String, String>> namespaces() {
            return Map.of();
        }

        @Override
        public List<PodDisruptionBudget> budgets() {
            return List.of();
        }
    };

    List<Service> services(String namespace);

    /** name → labels */
    Map<String, Map<String, String>> namespaces();

    List<PodDisruptionBudget> budgets();

    /** Asked only for Pods with claims. */
    default VolumeLister volumes() {
        return VolumeLister.NONE;
    }
}
