package kubelab.labs.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** pods-2: a producer and a consumer that share a volume. */
public class SharedVolume implements StateExercise {
    private static final String EXCHANGE = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: exchange
            spec:
              # TODO pods-2: a volume that lives as long as the Pod.
              containers:
              - name: producer
                image: busybox:1.36
                command: [sh, -c, "i=0; while true; do i=$((i+1)); echo line $i >> /out/lines; sleep 1; done"]
                # TODO pods-2: mount it at /out.
              - name: consumer
                image: busybox:1.36
                command: [sh, -c, "until [ -f /in/lines ]; do sleep 1; done; tail -n +1 -f /in/lines"]
                # TODO pods-2: mount it at /in, to be read only.
            """;

    @Override
    public void apply(KubernetesClient client, String namespace) {
        client.resource(EXCHANGE).inNamespace(namespace).create();
    }
}
