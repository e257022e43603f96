package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C36: a Service of type NodePort answers at one port on every node, also on nodes without a Pod of the set. */
public final class NodePortAnswersOnEveryNode implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("cluster"), "Cluster");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("local"), "Local");
    }

    // tag::proof[]
    /** One Pod of the set on one node; a Pod beside it sends a request to that port of every node. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String policy) {
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
                spec:
                  type: NodePort
                  externalTrafficPolicy: %2$s
                  selector: {app: %1$s}
                  ports: [{port: 7172, targetPort: 8080}]
                """.formatted(name, policy)).inNamespace(namespace).create();
        var pods = client.pods().inNamespace(namespace);
        var home = pods.withName(name)
                .waitUntilReady(60, TimeUnit.SECONDS)
                .getSpec()
                .getNodeName();
        var service = client.services().inNamespace(namespace).withName(name).get();
        int port = service.getSpec().getPorts().get(0).getNodePort();
        var nodes = client.nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> a.getType().equals("InternalIP"))
                .map(a -> a.getAddress())
                .toList();
        if (nodes.size() < 2) throw new IllegalStateException("The proof needs a cluster of two nodes or more.");
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-caller}
                spec:
                  nodeName: %2$s
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      for node in %3$s; do
                        for i in 1 2 3; do wget -q -T 1 -O /dev/null http://$node:%4$d/ && echo $node && break; sleep 1; done
                      done
                      true
                """.formatted(name, home, String.join(" ", nodes), port))
                .inNamespace(namespace)
                .create();
        var caller = pods.withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 90, TimeUnit.SECONDS);
        var answered = caller.getLog().lines().filter(nodes::contains).toList();
        return Evidence.of(
                answered.equals(nodes),
                "the same port answers on every node",
                "port " + port + " answers on " + answered.size() + " of " + nodes.size() + " nodes: " + answered,
                "the only Pod of the set and the caller run on " + home,
                "tried at " + nodes + ", externalTrafficPolicy " + policy);
    }
    // end::proof[]
}
