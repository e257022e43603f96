package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C27: the containers of a Pod share its network identity, and a volume only where each of them mounts it. */
public final class ContainersShareNameAndVolumes implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("both-mount"), "[{name: shared, mountPath: /shared}]");
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("one-mounts"), "[]");
    }

    // tag::proof[]
    /** The writer leaves a note in the volume and another in its own /tmp; the reader says what it can see. */
    private Evidence probe(KubernetesClient client, String namespace, String name, String readerMounts) {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: shared, emptyDir: {}}]
                  containers:
                  - name: writer
                    image: busybox:1.36
                    command: [sh, -c, "echo hello > /tmp/private; echo hello > /shared/note; hostname"]
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  - name: reader
                    image: busybox:1.36
                    command: [sh, -c, "sleep 2; hostname; cat /shared/note; cat /tmp/private"]
                    volumeMounts: %s
                """.formatted(name, readerMounts), Pod.class);
        var pods = client.pods().inNamespace(namespace);
        pods.resource(pod).create();
        pods.withName(name)
                .waitUntilCondition(
                        p -> p != null
                                && ("Succeeded".equals(p.getStatus().getPhase())
                                        || "Failed".equals(p.getStatus().getPhase())),
                        60,
                        TimeUnit.SECONDS);
        var writer = pods.withName(name).inContainer("writer").getLog().strip();
        var reader = pods.withName(name).inContainer("reader").getLog().strip();
        // By line and not by position: what a container writes to its two streams may be mixed in any order.
        var sameHost = reader.lines().anyMatch(writer::equals);
        var sharedSeen = reader.lines().anyMatch("hello"::equals);
        var privateHidden = reader.contains("can't open '/tmp/private'");
        return Evidence.of(
                sameHost && sharedSeen && privateHidden,
                "both containers have one host name, the note in the volume is seen, the note in /tmp is not",
                "host name shared: " + sameHost + ", volume seen: " + sharedSeen + ", /tmp hidden: " + privateHidden,
                "the writer called itself " + writer,
                "the reader said: " + reader.replace("\n", " | "));
    }
    // end::proof[]
}
