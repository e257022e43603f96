package kubelab.labkit;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * An exercise that asks to find something out.
 *
 * @param <T> the answer: a string, a number, a record or a list of these (it travels to the grader as JSON)
 */
public interface QuestionExercise<T> {
    T answer(KubernetesClient client, String namespace) throws Exception;
}
