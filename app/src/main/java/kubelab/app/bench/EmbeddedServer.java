package kubelab.app.bench;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.controlplane.EmbeddedCluster;

/**
 * An embedded cluster in a process of its own, and what can only be done inside it. Arguments: the number of nodes. Out:
 * the kubeconfig in base64 when the cluster is ready, then one line for each line that comes in ({@code another},
 * {@code pods 1000}, {@code day}): milliseconds. It ends with its input.
 */
public final class EmbeddedServer {
    private EmbeddedServer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withNodes(Integer.parseInt(args[0])))) {
            System.out.println(
                    Base64.getEncoder().encodeToString(cluster.kubeconfig().getBytes(StandardCharsets.UTF_8)));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                long begin = System.nanoTime();
                switch (words[0]) {
                    case "another" -> Clusters.start(ClusterSpec.embedded()).close();
                    case "pods" -> pods(cluster.client(), Integer.parseInt(words[1]));
                    case "prepare-day" -> prepareDay(cluster.client());
                    case "day" ->
                        cluster.unwrap(EmbeddedCluster.class).orElseThrow().advance(Duration.ofDays(1));
                    default -> throw new IllegalArgumentException(line);
                }
                System.out.println((System.nanoTime() - begin) / 1e6);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void pods(KubernetesClient client, int count) {
        String namespace = "pods-" + Long.toString(System.nanoTime(), 36);
        namespace(client, namespace);
        Target.deployment(client, namespace, count);
        Target.awaitAvailable(client, namespace, count);
    }

    private static void prepareDay(KubernetesClient client) {
        pods(client, 100);
        namespace(client, "day");
        for (int i = 0; i < 3; i++) {
            client.resource(Serialization.unmarshal("""
                            apiVersion: batch/v1
                            kind: CronJob
                            metadata: {name: hourly-%d, namespace: day}
                            spec:
                              schedule: "%d * * * *"
                              jobTemplate:
                                spec:
                                  template:
                                    spec:
                                      restartPolicy: Never
                                      containers: [{name: c, image: "busybox:1.36", command: ["true"]}]
                            """.formatted(i, i * 20), CronJob.class))
                    .create();
        }
    }

    private static void namespace(KubernetesClient client, String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }
}
