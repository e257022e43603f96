package kubelab.labs.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** scheduler-5: Pods that are spread evenly over the nodes, together with those that are there already. */
public class EvenSpread implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        client.resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: front
                spec:
                  replicas: 4
                  selector:
                    matchLabels: {app: front}
                  template:
                    metadata:
                      labels: {app: front, tier: front}
                    spec:
                      # TODO scheduler-5: spread all Pods with the label tier=front evenly over the nodes.
                      containers:
                      - name: main
                        image: registry.k8s.io/pause:3.10
                """).inNamespace(namespace).create();
    }
}
