package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C37: type LoadBalancer asks for a balancer; where nobody provides one the Service waits, and works all the same. */
public final class C37 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("nobody"), "loadBalancerClass: example.com/nobody, ");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("somebody"), "");
    }

    // tag::proof[]
    /** Waits for an address from a balancer, as long as one usually takes; then a caller asks without it. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String balancer) {
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
        // a balancer on the nodes themselves serves a port once, so that everybody wants another one
        int port = 20000 + Math.floorMod(name.hashCode(), 9000);
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {type: LoadBalancer, %2$sselector: {app: %1$s}, ports: [{port: %3$d, targetPort: 8080}]}
                """.formatted(name, balancer, port))
                .inNamespace(namespace)
                .create();
        client.pods().inNamespace(namespace).withName(name).waitUntilReady(60, TimeUnit.SECONDS);
        var service = client.services().inNamespace(namespace).withName(name);
        var pending = false;
        try {
            service.waitUntilCondition(
                    s -> !s.getStatus().getLoadBalancer().getIngress().isEmpty(),
                    balancer.isEmpty() ? 60 : 3,
                    TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException nobodyCame) {
            pending = true;
        }
        var spec = service.get().getSpec();
        var nodePort = spec.getPorts().get(0).getNodePort();
        var node = client.nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> a.getType().equals("InternalIP"))
                .findFirst()
                .orElseThrow()
                .getAddress();
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
                      for at in %2$s:%3$d %4$s:%5$d; do
                        for i in 1 2 3 4 5; do wget -q -T 1 -O /dev/null http://$at/ && echo $at && break; sleep 1; done
                      done
                      true
                """.formatted(name, spec.getClusterIP(), port, node, nodePort))
                .inNamespace(namespace)
                .create();
        var caller = client.pods().inNamespace(namespace).withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        var answered = caller.getLog()
                .lines()
                .filter(line -> !line.startsWith("wget:"))
                .toList();
        return Evidence.of(
                pending && answered.size() == 2,
                "no address from a balancer, but answers at the clusterIP and at a node's port",
                (pending
                                ? "it waits for a balancer"
                                : "a balancer gave it "
                                        + service.get().getStatus().getLoadBalancer().getIngress().stream()
                                                .map(i -> i.getIp() == null ? i.getHostname() : i.getIp())
                                                .toList())
                        + "; it answers at " + answered,
                "loadBalancerClass is " + spec.getLoadBalancerClass());
    }
    // end::proof[]
}
