package kubelab.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C38: ExternalName is an alias of a name: a CNAME record, and neither an address nor endpoints. */
public final class ExternalNameIsAnAlias implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(
                client,
                namespace,
                Proof.unique("alias"),
                "{type: ExternalName, externalName: %2$s.%3$s.svc.cluster.local}");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("proxy"), "{selector: {app: %2$s}, ports: [{port: 8080}]}");
    }

    // tag::proof[]
    /** The target is a Service of this cluster, so that the proof needs no name server outside. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String spec) {
        var target = name + "-target";
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
                """.formatted(target)).inNamespace(namespace).create();
        client.resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{port: 8080}]}
                """.formatted(target)).inNamespace(namespace).create();
        client.resource(("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec:\s""" + spec).formatted(name, target, namespace))
                .inNamespace(namespace)
                .create();
        var pods = client.pods().inNamespace(namespace);
        pods.withName(target).waitUntilReady(60, TimeUnit.SECONDS);
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
        var log = caller.getLog();
        var answered = log.lines().anyMatch(target::equals);
        var alias = log.contains("canonical name = " + target + "." + namespace + ".svc.cluster.local");
        var address = client.services()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getSpec()
                .getClusterIP();
        var slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", name)
                .list()
                .getItems()
                .size();
        var none = address == null || address.isEmpty();
        return Evidence.of(
                alias && answered && none && slices == 0,
                "a CNAME record for the target, which answers; no address and no EndpointSlice of its own",
                "CNAME: " + alias + "; clusterIP: " + (none ? "none" : address) + "; EndpointSlices: " + slices,
                "at http://" + name + ":8080 the target's Pod answered: " + answered);
    }
    // end::proof[]
}
