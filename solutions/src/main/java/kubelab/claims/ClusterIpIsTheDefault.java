package kubelab.claims;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C35: a Service without a type is of type ClusterIP, and answers inside the cluster only. */
public final class ClusterIpIsTheDefault implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("default"), "");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("node-port"), "type: NodePort, ");
    }

    // tag::proof[]
    /**
     * A client outside can reach the nodes' addresses only. So a Pod tries all ports of two Services there: of the one in
     * question, and of one of type NodePort for comparison. It also tries the one in question at its own address.
     */
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
        var service = service(client, namespace, name, name, type);
        var control = service(client, namespace, name + "-np", name, "type: NodePort, ");
        client.pods().inNamespace(namespace).withName(name).waitUntilReady(60, TimeUnit.SECONDS);

        var nodes = client.nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> a.getType().equals("InternalIP"))
                .map(a -> a.getAddress())
                .collect(Collectors.joining(" "));
        var port = service.getSpec().getPorts().get(0);
        var ports = port.getPort() + (port.getNodePort() == null ? "" : " " + port.getNodePort());
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
                      answers() { wget -q -T 1 -O /dev/null http://$1:$2/ 2>/dev/null; }
                      for i in 1 2 3 4 5; do answers %2$s 7171 && echo inside && break; sleep 1; done
                      for node in %3$s; do
                        for i in 1 2 3 4 5; do answers $node %4$s && echo control && break; sleep 1; done
                        for port in %5$s; do answers $node $port && echo outside; done
                      done
                      true
                """.formatted(
                                name,
                                service.getSpec().getClusterIP(),
                                nodes,
                                control.getSpec().getPorts().get(0).getNodePort(),
                                ports))
                .inNamespace(namespace)
                .create();
        var caller = client.pods().inNamespace(namespace).withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        var said = caller.getLog().lines().map(String::strip).toList();
        var reached = said.contains("inside") && said.contains("control") && !said.contains("outside");
        // Which type the API server fills in is a question only where none was written.
        var byDefault = !type.isEmpty() || service.getSpec().getType().equals("ClusterIP");
        return Evidence.of(
                reached && byDefault,
                "type ClusterIP by default; it answers at its clusterIP and on no node, where one of type NodePort does",
                "type " + service.getSpec().getType() + "; answers at its clusterIP: " + said.contains("inside")
                        + ", on a node: " + said.contains("outside") + "; the one of type NodePort on a node: "
                        + said.contains("control"),
                "the nodes' addresses are " + nodes,
                "ports tried there: " + ports.replace(" ", " and "));
    }

    private Service service(KubernetesClient client, String namespace, String name, String app, String type) {
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {%sselector: {app: %s}, ports: [{port: 7171, targetPort: 8080}]}
                """.formatted(name, type, app)).inNamespace(namespace).create();
        return client.services().inNamespace(namespace).withName(name).get();
    }
    // end::proof[]
}
