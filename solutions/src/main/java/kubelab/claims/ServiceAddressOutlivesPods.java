package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C33: a Service is a stable endpoint for a set of Pods: all of them may be replaced, and its address still answers. */
public final class ServiceAddressOutlivesPods implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("service"), true);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("pod"), false);
    }

    // tag::proof[]
    /** Notes an address, the Service's or a Pod's; replaces every Pod; then a Pod sends a request to that address. */
    private Evidence probe(KubernetesClient client, String namespace, String name, boolean service) throws Exception {
        client.resource("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %1$s}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=8080, --udp-port=-1]
                """.formatted(name)).inNamespace(namespace).create();
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{port: 8080}]}
                """.formatted(name)).inNamespace(namespace).create();
        var before = readyPods(client, namespace, name, List.of());
        var address = service
                ? client.services()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()
                        .getSpec()
                        .getClusterIP()
                : client.pods()
                        .inNamespace(namespace)
                        .withName(before.get(0))
                        .get()
                        .getStatus()
                        .getPodIP();
        client.pods().inNamespace(namespace).withLabel("app", name).delete();
        var after = readyPods(client, namespace, name, before);
        var said = ask(client, namespace, name + "-caller", "http://" + address + ":8080/hostname");
        return Evidence.of(
                after.contains(said),
                "after every Pod was replaced, a new one answers at the address that was noted before",
                "answer from " + address + ": " + (said.isEmpty() ? "none" : said),
                "Pods before: " + before,
                "Pods after: " + after);
    }

    /** The names of the two Pods once both are ready and none of them is an old one. */
    private List<String> readyPods(KubernetesClient client, String namespace, String name, List<String> old)
            throws Exception {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabel("app", name)
                .informOnCondition(pods -> pods.size() == 2
                        && pods.stream()
                                .allMatch(p -> Readiness.isPodReady(p)
                                        && !old.contains(p.getMetadata().getName())))
                .get(60, TimeUnit.SECONDS)
                .stream()
                .map(p -> p.getMetadata().getName())
                .toList();
    }

    /** The answer to wget in a separate Pod, or nothing after a few seconds. */
    private String ask(KubernetesClient client, String namespace, String name, String url) {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "for i in 1 2 3; do wget -q -T 1 -O - %s && break; sleep 1; done"]
                """.formatted(name, url)).inNamespace(namespace).create();
        var caller = client.pods().inNamespace(namespace).withName(name);
        caller.waitUntilCondition(
                p -> p != null && p.getStatus().getPhase().matches("Succeeded|Failed"), 60, TimeUnit.SECONDS);
        return caller.getLog()
                .lines()
                .filter(line -> !line.startsWith("wget:"))
                .findFirst()
                .orElse("")
                .strip();
    }
    // end::proof[]
}
