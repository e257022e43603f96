package kubelab.claims;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C37: type LoadBalancer asks for a balancer; without an implementation the Service is pending, and answers all the same. */
public final class LoadBalancerNeedsABalancer implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("unserved"), "loadBalancerClass: example.com/unserved, ");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("served"), "");
    }

    // tag::proof[]
    /**
     * Two Services of type LoadBalancer: the one in question, and one that the cluster's own balancer serves. Once that one
     * has its address, the other has had its chance; then a Pod sends requests to it without a balancer.
     */
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
        // k3s' balancer takes the port on the nodes themselves, so each Service needs a port that no other one has
        int port = 10000 + Math.floorMod(name.hashCode(), 9000);
        var begin = Instant.now();
        create(client, namespace, name, name, balancer, port);
        create(client, namespace, name + "-default", name, "", port + 10000);
        ingress(client, namespace, name + "-default", Duration.ofSeconds(60));
        var chance = Duration.between(begin, Instant.now()).plusSeconds(2);
        List<LoadBalancerIngress> given = List.of();
        try {
            given = ingress(client, namespace, name, chance);
        } catch (KubernetesClientTimeoutException pending) {
            // none came
        }
        client.pods().inNamespace(namespace).withName(name).waitUntilReady(60, TimeUnit.SECONDS);
        var spec = client.services().inNamespace(namespace).withName(name).get().getSpec();
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
                """.formatted(
                                name,
                                spec.getClusterIP(),
                                port,
                                node,
                                spec.getPorts().get(0).getNodePort()))
                .inNamespace(namespace)
                .create();
        var caller = client.pods().inNamespace(namespace).withName(name + "-caller");
        caller.waitUntilCondition(
                p -> p != null && "Succeeded".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        var answered =
                caller.getLog().lines().filter(l -> !l.startsWith("wget:")).toList();
        return Evidence.of(
                given.isEmpty() && answered.size() == 2,
                "no address from a balancer, but answers at the clusterIP and at a node's port",
                (given.isEmpty()
                                ? "it is still pending"
                                : "a balancer gave it "
                                        + given.stream()
                                                .map(i -> i.getIp() == null ? i.getHostname() : i.getIp())
                                                .toList())
                        + "; it answers at " + answered,
                "loadBalancerClass is " + spec.getLoadBalancerClass(),
                "the Service without a class has its address");
    }

    private void create(KubernetesClient client, String namespace, String name, String app, String balancer, int port) {
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {type: LoadBalancer, %sselector: {app: %s}, ports: [{port: %d, targetPort: 8080}]}
                """.formatted(name, balancer, app, port))
                .inNamespace(namespace)
                .create();
    }

    private List<LoadBalancerIngress> ingress(
            KubernetesClient client, String namespace, String name, Duration patience) {
        return client.services()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        s -> !s.getStatus().getLoadBalancer().getIngress().isEmpty(),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS)
                .getStatus()
                .getLoadBalancer()
                .getIngress();
    }
    // end::proof[]
}
