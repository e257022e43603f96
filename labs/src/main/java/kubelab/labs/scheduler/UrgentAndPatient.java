package kubelab.labs.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** scheduler-6: a Pod that preempts others, and one that is only first in the queue. */
public class UrgentAndPatient implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        create(client, namespace, """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: urgent
                spec:
                  # TODO scheduler-6: a priority class: LOW, HIGH or HIGH_NEVER, see create() below.
                  nodeSelector: {full: NODE}
                  tolerations:
                  - {key: full, operator: Equal, value: NODE}
                  containers:
                  - name: urgent
                    image: registry.k8s.io/pause:3.10
                    resources:
                      requests: {cpu: 500m}
                """);
        // TODO scheduler-6: the Pod patient.
    }

    /** Creates what the text describes; the words in capital letters become what the ConfigMap says. */
    private static void create(KubernetesClient client, String namespace, String yaml) {
        Map<String, String> classes = client.configMaps()
                .inNamespace(namespace)
                .withName("classes")
                .get()
                .getData();
        client.resource(yaml.replace("HIGH_NEVER", classes.get("high-never"))
                        .replace("HIGH", classes.get("high"))
                        .replace("LOW", classes.get("low"))
                        .replace("NODE", classes.get("node")))
                .inNamespace(namespace)
                .create();
    }
}
