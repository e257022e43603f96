package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C02: the loss of a Pod is no outage for an application of several Pods, and is one for an application of one Pod. */
public final class ReplicasAnswerDuringALoss implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("three"), 3);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("one"), 1);
    }

    // tag::proof[]
    private static final int REQUESTS = 10;

    /**
     * Deletes one Pod without grace and sends requests before its replacement is ready. A new Pod of this application is
     * ready when it has a file that the probe makes, so the time of the loss is as long as the probe wants it to be.
     */
    private Evidence probe(KubernetesClient client, String namespace, String app, int replicas) throws Exception {
        client.resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=8080, --udp-port=-1]
                        readinessProbe: {exec: {command: [test, -f, /tmp/started]}, periodSeconds: 1}
                """.formatted(app, replicas)).inNamespace(namespace).create();
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{port: 8080}]}
                """.formatted(app)).inNamespace(namespace).create();
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-caller}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """.formatted(app)).inNamespace(namespace).create();
        var first = running(client, namespace, app, replicas, List.of());
        for (var pod : first) exec(client, namespace, pod, "touch /tmp/started");
        awaitEndpoints(client, namespace, app, replicas);
        client.pods().inNamespace(namespace).withName(app + "-caller").waitUntilReady(60, TimeUnit.SECONDS);

        var gone = first.get(0);
        client.pods().inNamespace(namespace).withName(gone).withGracePeriod(0).delete();
        var replacement = running(client, namespace, app, 1, first).get(0);
        awaitEndpoints(client, namespace, app, replicas - 1);
        // Three attempts each, for the rules on the caller's node may be a moment older than the slice.
        var answers = exec(client, namespace, app + "-caller", """
                for i in $(seq %d); do
                  ok=
                  for attempt in 1 2 3; do
                    wget -q -T 1 -O - http://%s:8080/hostname && echo && ok=yes && break
                    sleep 0.2
                  done
                  test -n "$ok" || exit 0
                done
                """.formatted(REQUESTS, app))
                .lines()
                .filter(first::contains)
                .toList();
        return Evidence.of(
                answers.size() == REQUESTS && !answers.contains(gone),
                REQUESTS + " requests are answered by the Pods that are left",
                answers.size() < REQUESTS
                        ? "after " + answers.size() + " answers a request got none in three attempts"
                        : answers.size() + " answers, from " + new TreeSet<>(answers),
                "Pods behind the Service: " + first,
                "deleted " + gone + " without grace",
                "its replacement " + replacement + " runs and is not ready yet");
    }

    /** The names of Pods that run and are not in the list, once there are so many. */
    private List<String> running(KubernetesClient client, String namespace, String app, int many, List<String> not)
            throws Exception {
        var found = client.pods()
                .inNamespace(namespace)
                .withLabel("app", app)
                .informOnCondition(pods -> names(pods, not).size() == many)
                .get(60, TimeUnit.SECONDS);
        return names(found, not);
    }

    private static List<String> names(List<Pod> pods, List<String> not) {
        return pods.stream()
                .filter(p -> "Running".equals(p.getStatus().getPhase()))
                .map(p -> p.getMetadata().getName())
                .filter(name -> !not.contains(name))
                .toList();
    }

    private void awaitEndpoints(KubernetesClient client, String namespace, String service, int ready) throws Exception {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .informOnCondition(slices -> ready(slices) == ready)
                .get(60, TimeUnit.SECONDS);
    }

    private static long ready(List<EndpointSlice> slices) {
        return slices.stream()
                .filter(slice -> slice.getEndpoints() != null)
                .flatMap(slice -> slice.getEndpoints().stream())
                .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                .count();
    }

    /** Again if the connection breaks, as happens on a busy cluster: all that is run here may be run twice. */
    private String exec(KubernetesClient client, String namespace, String pod, String line) throws Exception {
        for (int attempt = 1; ; attempt++) {
            var out = new ByteArrayOutputStream();
            try (var exec = client.pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .writingOutput(out)
                    .exec("sh", "-c", line)) {
                exec.exitCode().get(30, TimeUnit.SECONDS);
                return out.toString(StandardCharsets.UTF_8);
            } catch (ExecutionException broken) {
                if (attempt == 3) throw broken;
            }
        }
    }
    // end::proof[]
}
