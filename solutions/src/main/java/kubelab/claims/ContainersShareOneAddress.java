package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C30: the containers of a Pod have one IP address, talk over localhost, and cannot both have the same port. */
public final class ContainersShareOneAddress implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("together"), true);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("apart"), false);
    }

    // tag::proof[]
    private static final String SERVER = """
              - name: server
                image: registry.k8s.io/e2e-test-images/agnhost:2.53
                args: [netexec, --http-port=8080, --udp-port=-1]
            """;
    // It waits for the server: it is to find the port taken.
    private static final String RIVAL = """
              - name: rival
                image: registry.k8s.io/e2e-test-images/agnhost:2.53
                command: [sh, -c, "sleep 3; exec /agnhost netexec --http-port=8080 --udp-port=-1"]
            """;
    private static final String CLIENT = """
              - name: client
                image: busybox:1.36
                command:
                - sh
                - -c
                - hostname -i; for i in 1 2 3 4 5; do wget -q -O - http://localhost:8080/hostname && break; sleep 1; done
            """;

    /**
     * The client asks localhost:8080 who is there; if the server is in its Pod it hears the Pod's own name. Otherwise the
     * server is in another Pod of the same node.
     */
    private Evidence probe(KubernetesClient client, String namespace, String name, boolean together) {
        var pods = client.pods().inNamespace(namespace);
        var servers = name;
        if (together) {
            pods.resource(pod(name, "", SERVER + RIVAL + CLIENT)).create();
        } else {
            servers = name + "-server";
            pods.resource(pod(servers, "", SERVER + RIVAL)).create();
            var placed = pods.withName(servers)
                    .waitUntilCondition(p -> p != null && p.getSpec().getNodeName() != null, 60, TimeUnit.SECONDS);
            pods.resource(pod(name, placed.getSpec().getNodeName(), CLIENT)).create();
        }
        ended(pods.withName(servers), "rival");
        var podIP = ended(pods.withName(name), "client").getStatus().getPodIP();
        var said = pods.withName(name)
                .inContainer("client")
                .getLog()
                .lines()
                .map(String::strip)
                .distinct()
                .toList();
        var clash = pods.withName(servers).inContainer("rival").getLog().contains("address already in use");
        return Evidence.of(
                said.contains(podIP) && said.contains(name) && clash,
                "the client has the Pod's address, the server answers it on localhost, a second server finds its port taken",
                "the client said: " + said + "; \"address already in use\" in the second server's log: " + clash,
                "server in the Pod " + servers + ", client in the Pod " + name,
                "status.podIP of the client's Pod is " + podIP);
    }

    private static Pod pod(String name, String node, String containers) {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                """.formatted(name) + containers, Pod.class);
        if (!node.isEmpty()) pod.getSpec().setNodeName(node);
        return pod;
    }

    private static Pod ended(PodResource pod, String container) {
        return Objects.requireNonNull(pod.waitUntilCondition(
                p -> p != null
                        && p.getStatus().getContainerStatuses().stream()
                                .anyMatch(c -> c.getName().equals(container)
                                        && c.getState().getTerminated() != null),
                60,
                TimeUnit.SECONDS));
    }
    // end::proof[]
}
