package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C36: a Service of type NodePort has one port, between 30000 and 32767, that is the same on every node. */
public final class C36 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("door"), "NodePort");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("wall"), "ClusterIP");
    }

    // tag::proof[]
    /** One Pod on one node; a caller asks for it at every node's address. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String type) {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
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
                spec: {type: %2$s, selector: {app: %1$s}, ports: [{port: 7172, targetPort: 8080}]}
                """.formatted(name, type)).inNamespace(namespace).create();
        var pods = client.pods().inNamespace(namespace);
        var home = pods.withName(name)
                .waitUntilReady(60, TimeUnit.SECONDS)
                .getSpec()
                .getNodeName();
        var port = client.services()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getSpec()
                .getPorts()
                .get(0)
                .getNodePort();
        if (port == null)
            return Evidence.of(false, "a port of its own on every node", "the Service has no nodePort", "type " + type);

        var nodes = client.nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> a.getType().equals("InternalIP"))
                .map(a -> a.getAddress())
                .toList();
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
                      for node in %2$s; do
                        for i in 1 2 3 4 5; do
                          wget -q -T 1 -O /dev/null http://$node:%3$d/ && echo $node && break; sleep 1
                        done
                      done
                      true
                """.formatted(name, String.join(" ", nodes), port))
                .inNamespace(namespace)
                .create();
        var caller = pods.withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 90, TimeUnit.SECONDS);
        var answered = caller.getLog().lines().filter(nodes::contains).toList();
        return Evidence.of(
                answered.equals(nodes) && port >= 30000 && port <= 32767,
                "one port between 30000 and 32767 that answers on every node",
                "port " + port + " answers on " + answered.size() + " of " + nodes.size() + " nodes",
                "the only Pod of the set runs on " + home,
                "asked at " + nodes);
    }
    // end::proof[]
}
