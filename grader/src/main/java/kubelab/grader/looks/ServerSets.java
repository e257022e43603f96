package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Deployments whose Pods answer {@code /hostname} with their own name, for Services to lead to. */
public final class ServerSets {
    private static final String IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53";

    private ServerSets() {}

    /**
     * Makes a Deployment of Pods that carry {@code app} and {@code team: shop}; does not wait.
     *
     * @param port on which they listen, called {@code http} in the Pod
     */
    public static void deploy(CheckContext run, String namespace, String app, int replicas, int port) {
        deploy(run, namespace, app, replicas, port, "");
    }

    /**
     * The same with Pods that are ready once they answer {@code /hostname}.
     *
     * @param probed the port that is asked; any other one than theirs, and they never become ready
     */
    public static void deployProbed(
            CheckContext run, String namespace, String app, int replicas, int port, int probed) {
        String probe = "readinessProbe: {httpGet: {path: /hostname, port: " + probed + "}, periodSeconds: 1}";
        deploy(run, namespace, app, replicas, port, probe);
    }

    /** The same in the run's namespace, with Pods that are ready as long as the file {@code /tmp/busy} is not there. */
    public static void deployBusy(CheckContext run, String app, int replicas, int port) {
        String command = "[sh, -c, '! test -f /tmp/busy']";
        String probe = "readinessProbe: {exec: {command: " + command + "}, periodSeconds: 1, failureThreshold: 1}";
        deploy(run, run.namespace(), app, replicas, port, probe);
    }

    private static void deploy(CheckContext run, String namespace, String app, int replicas, int port, String probe) {
        run.client()
                .resource("""
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
                        image: %6$s
                        args: [%7$s]
                        ports: [{name: http, containerPort: %4$d}]
                        %5$s
                """.formatted(app, namespace, replicas, port, probe, IMAGE, String.join(", ", args(port))))
                .create();
    }

    /** Makes a Pod like those of {@link #deploy} in the run's namespace, which no Deployment owns, with the label {@code app} only. */
    public static void add(CheckContext run, String app, String name, int port) {
        run.client()
                .resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {app: %s}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: web
                    image: %s
                    args: [%s]
                    ports: [{name: http, containerPort: %d}]
                """.formatted(name, run.namespace(), app, IMAGE, String.join(", ", args(port)), port))
                .create();
        run.touched();
    }

    /** The names of the Pods of this label that are ready in the run's namespace. */
    public static List<String> names(CheckContext run, String app) {
        return ready(run, run.namespace(), app).stream()
                .map(Pods::name)
                .sorted()
                .toList();
    }

    /** Deletes all Pods of this label, as `kubectl delete pod -l app=…` would; their Deployment makes new ones. */
    public static void deleteAll(CheckContext run, String namespace, String app) {
        run.client().pods().inNamespace(namespace).withLabel("app", app).delete();
        run.touched();
    }

    /** Waits until so many Pods of this label are ready. */
    public static void await(CheckContext run, String namespace, String app, int replicas) {
        run.await(
                replicas + " ready Pods with the label app=" + app,
                () -> ready(run, namespace, app).size() == replicas);
    }

    /** Waits until one Pod of this label runs, whether or not it is ready. */
    public static void awaitRunning(CheckContext run, String app) {
        run.await("a running Pod with the label app=" + app, () -> Placement.live(run, app).stream()
                .anyMatch(Placement::runs));
    }

    /** The Pods of this label have the one container that {@link #deploy} gave them, with its image, arguments and port. */
    public static Observation isUnchanged(CheckContext run, String app, int port) {
        boolean same = Placement.live(run, app).stream()
                .map(pod -> pod.getSpec().getContainers())
                .allMatch(containers -> containers.size() == 1
                        && containers.get(0).getImage().equals(IMAGE)
                        && containers.get(0).getCommand().isEmpty()
                        && containers.get(0).getArgs().equals(args(port))
                        && containers.get(0).getPorts().stream().allMatch(p -> p.getContainerPort() == port));
        return same
                ? Observation.holds("a repair, not a rewrite")
                : Observation.never("containers as they were", "those of " + app + " were changed");
    }

    /** What makes their program listen on this port. */
    public static List<String> args(int port) {
        return List.of("netexec", "--http-port=" + port, "--udp-port=-1");
    }

    /** The Pods of this label that are ready and not on their way out. */
    public static List<Pod> ready(CheckContext run, String namespace, String app) {
        return run.client().pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .filter(Readiness::isPodReady)
                .toList();
    }
}
