package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import kubelab.grader.check.CheckContext;

/** Deployments whose Pods answer {@code /hostname} with their own name, for Services to stand in front of. */
public final class ServerSets {
    private ServerSets() {}

    /**
     * Makes a Deployment of Pods that carry {@code app} and {@code team: shop}; does not wait.
     *
     * @param port on which they listen, called {@code http} in the Pod
     */
    public static void deploy(CheckContext run, String namespace, String app, int replicas, int port) {
        run.client().resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s, labels: {app: %1$s}}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s, team: shop}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=%4$d, --udp-port=-1]
                        ports: [{name: http, containerPort: %4$d}]
                """.formatted(app, namespace, replicas, port)).create();
    }

    /** Waits until so many Pods of this label are ready. */
    public static void await(CheckContext run, String namespace, String app, int replicas) {
        run.await(
                replicas + " ready Pods with the label app=" + app,
                () -> ready(run, namespace, app).size() == replicas);
    }

    /** The Pods of this label that are ready and not on their way out. */
    public static List<Pod> ready(CheckContext run, String namespace, String app) {
        return run.client().pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .filter(Readiness::isPodReady)
                .toList();
    }
}
