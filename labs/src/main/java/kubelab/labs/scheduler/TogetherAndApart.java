package kubelab.labs.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** scheduler-1: Pods that need the node where the cache is, and Pods that prefer any other. */
public class TogetherAndApart implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        client.resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                spec:
                  replicas: 3
                  selector:
                    matchLabels: {app: web}
                  template:
                    metadata:
                      labels: {app: web}
                    spec:
                      # TODO scheduler-1: only on a node where a Pod with the label app=cache runs.
                      containers:
                      - name: main
                        image: registry.k8s.io/pause:3.10
                """).inNamespace(namespace).create();
        // TODO scheduler-1: the Deployment backup, which keeps away from the cache if it can.
    }
}
