package kubelab.labkit;

import io.fabric8.kubernetes.client.KubernetesClient;

/** An exercise that asks for a state of the cluster ("reach a state", "repair"). */
public interface StateExercise {
    /**
     * Brings the namespace into the state the task asks for. May return before the state is reached: the check waits.
     *
     * @param client speaks as the exercise's own account
     * @param namespace the namespace made for this run
     */
    void apply(KubernetesClient client, String namespace) throws Exception;
}
