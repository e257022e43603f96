package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C30: the containers of a Pod have one IP address, talk over localhost, and cannot both have the same port. */
public final class C30 implements Proof {
    /** Containers start in this order. The rival waits for the server: it is to find the port taken. */
    private static final String SERVERS = """

              - name: server
                image: registry.k8s.io/e2e-test-images/agnhost:2.53
                args: [netexec, --http-port=8080, --udp-port=-1]
              - name: rival
                image: registry.k8s.io/e2e-test-images/agnhost:2.53
                command: [sh, -c, "sleep 3; exec /agnhost netexec --http-port=8080 --udp-port=-1"]
            """;

    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("together"), SERVERS);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("alone"), "");
    }

    // tag::proof[]
    /** The client asks localhost:8080 who is there; with a server in the Pod it must hear the Pod's own name. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String others) {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:%s
                  - name: client
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - hostname -i; for i in 1 2 3 4 5; do wget -q -O - http://localhost:8080/hostname && break; sleep 1; done
                """.formatted(name, others), Pod.class);
        var pods = client.pods().inNamespace(namespace);
        pods.resource(pod).create();
        var done = pods.withName(name)
                .waitUntilCondition(
                        p -> p != null
                                && p.getStatus().getContainerStatuses().stream()
                                        .allMatch(c -> c.getName().equals("server")
                                                || c.getState().getTerminated() != null)
                                && !p.getStatus().getContainerStatuses().isEmpty(),
                        60,
                        TimeUnit.SECONDS);
        var said = pods.withName(name)
                .inContainer("client")
                .getLog()
                .lines()
                .map(String::strip)
                .toList();
        var podIP = done.getStatus().getPodIP();
        var clash = done.getStatus().getContainerStatuses().stream()
                .anyMatch(c -> c.getName().equals("rival")
                        && c.getState().getTerminated().getExitCode() != 0);
        return Evidence.of(
                said.contains(podIP) && said.contains(name) && clash,
                "the client has the Pod's address, the server answers it on localhost, a second server on that port fails",
                "the client said: " + said + "; second server failed: " + clash,
                "status.podIP is " + podIP);
    }
    // end::proof[]
}
