package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C32: what is in a Pod's emptyDir survives the restart of a container, but not the Pod. */
public final class EmptyDirOutlivesContainers implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("container-restarts"), false);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("pod-replaced"), true);
    }

    // tag::proof[]
    /** Each start of the container adds a line to a file in the volume. Then the main process ends, or the Pod is deleted. */
    private Evidence probe(KubernetesClient client, String namespace, String name, boolean replacePod)
            throws Exception {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: data, emptyDir: {}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - echo start >> /data/starts; cat /data/starts; touch /tmp/read; while test ! -f /tmp/end; do sleep 1; done
                    readinessProbe: {exec: {command: [test, -f, /tmp/read]}, periodSeconds: 1}
                    volumeMounts: [{name: data, mountPath: /data}]
                """.formatted(name), Pod.class);
        var pods = client.pods().inNamespace(namespace);
        var one = pods.withName(name);
        pods.resource(pod).create();
        var first = one.waitUntilReady(60, TimeUnit.SECONDS).getMetadata().getUid();
        if (replacePod) {
            one.delete();
            one.waitUntilCondition(p -> p == null, 60, TimeUnit.SECONDS);
            pods.resource(pod).create();
        } else {
            try (var exec = one.writingOutput(new ByteArrayOutputStream()).exec("touch", "/tmp/end")) {
                exec.exitCode().get(20, TimeUnit.SECONDS);
            }
        }
        int restarts = replacePod ? 0 : 1;
        var second = one.waitUntilCondition(
                p -> p != null
                        && p.getStatus().getContainerStatuses().stream()
                                .anyMatch(c -> c.getRestartCount() == restarts && c.getReady()),
                60,
                TimeUnit.SECONDS);
        var starts = one.getLog().lines().filter("start"::equals).count();
        return Evidence.of(
                starts == 2,
                "the second start finds the line of the first in the volume",
                "lines in /data/starts: " + starts,
                replacePod ? "deleted the Pod and created it again" : "let the main process end with exit code 0",
                "same Pod: " + first.equals(second.getMetadata().getUid()) + ", restart count: " + restarts);
    }
    // end::proof[]
}
