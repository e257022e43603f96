package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C32: what is in a Pod's emptyDir survives the restart of a container, but not the Pod. */
public final class C32 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("container-restarts"), false);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("pod-replaced"), true);
    }

    // tag::proof[]
    /**
     * Each start of the container adds a line; the first one then ends, by itself or together with its Pod. Ready is
     * who has printed its lines: a container that merely runs may not have come that far.
     */
    private Evidence probe(KubernetesClient client, String namespace, String name, boolean replacePod) {
        var pod = Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: data, emptyDir: {}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "echo start >> /data/starts; cat /data/starts; touch /tmp/read; %s"]
                    readinessProbe: {exec: {command: [test, -f, /tmp/read]}, periodSeconds: 1}
                    volumeMounts: [{name: data, mountPath: /data}]
                """.formatted(name, replacePod ? "sleep 3600" : "test $(wc -l < /data/starts) = 2 && sleep 3600"),
                Pod.class);
        var pods = client.pods().inNamespace(namespace);
        var first = pods.resource(pod).create();
        if (replacePod) {
            pods.withName(name).waitUntilReady(60, TimeUnit.SECONDS);
            pods.withName(name).delete();
            pods.withName(name).waitUntilCondition(p -> p == null, 60, TimeUnit.SECONDS);
            pods.resource(pod).create();
        }
        int restarts = replacePod ? 0 : 1;
        var second = pods.withName(name)
                .waitUntilCondition(
                        p -> p != null
                                && p.getStatus().getContainerStatuses().stream()
                                        .anyMatch(c -> c.getRestartCount() == restarts && c.getReady()),
                        60,
                        TimeUnit.SECONDS);
        var starts =
                pods.withName(name).getLog().lines().filter("start"::equals).count();
        return Evidence.of(
                starts == 2,
                "the second start finds the line of the first in the volume",
                "lines in /data/starts: " + starts,
                "same Pod: "
                        + first.getMetadata()
                                .getUid()
                                .equals(second.getMetadata().getUid()),
                "restart count: " + restarts);
    }
    // end::proof[]
}
