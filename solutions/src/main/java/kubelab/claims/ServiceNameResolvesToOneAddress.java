package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C34: a set of Pods has one name, which resolves to one address inside the cluster. */
public final class ServiceNameResolvesToOneAddress implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("one"), "");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("headless"), "clusterIP: None, ");
    }

    // tag::proof[]
    /** A Pod sends a request to the Service by its name, and then asks the cluster DNS for the name's addresses. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String clusterIP) {
        for (var pod : List.of(name + "-a", name + "-b"))
            client.resource("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, labels: {app: %s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=8080, --udp-port=-1]
                    """.formatted(pod, name)).inNamespace(namespace).create();
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {%2$sselector: {app: %1$s}, ports: [{port: 8080}]}
                """.formatted(name, clusterIP)).inNamespace(namespace).create();
        var pods = client.pods().inNamespace(namespace);
        for (var pod : List.of(name + "-a", name + "-b")) pods.withName(pod).waitUntilReady(60, TimeUnit.SECONDS);

        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-caller}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      until wget -q -T 2 -O - http://%1$s:8080/hostname; do sleep 1; done; echo
                      nslookup %1$s.%2$s.svc.cluster.local
                """.formatted(name, namespace)).inNamespace(namespace).create();
        var caller = pods.withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        var said = caller.getLog().lines().map(String::strip).toList();
        var answered = said.contains(name + "-a") || said.contains(name + "-b");
        // nslookup prints the server's address, an empty line, and "Address: …" for each address of the name
        var addresses = said.stream()
                .skip(Math.max(0, said.indexOf("") + 1))
                .filter(line -> line.startsWith("Address:") && !line.endsWith(":53"))
                .map(line -> line.substring("Address:".length()).strip())
                .distinct()
                .toList();
        var own = client.services()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getSpec()
                .getClusterIP();
        return Evidence.of(
                answered && addresses.equals(List.of(own)),
                "the name resolves to one address, the Service's clusterIP, and a Pod of the set answers there",
                "the name resolves to " + addresses + "; the Service's clusterIP is " + own,
                "a Pod of the set answered at http://" + name + ":8080: " + answered);
    }
    // end::proof[]
}
