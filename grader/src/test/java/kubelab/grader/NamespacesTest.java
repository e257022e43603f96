package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.cluster.Deadline;
import kubelab.course.Course;
import org.junit.jupiter.api.Test;

/** What answers leave in their namespaces does not keep them. */
class NamespacesTest {
    private static final String FAILS = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: x}
            spec:
              completionMode: Indexed
              completions: 1
              parallelism: 1
              backoffLimitPerIndex: 3
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - {name: c, image: "busybox:1.36", command: [sh, -c, exit 1]}
            """;

    @Test
    void a_job_that_waits_to_try_an_index_again_does_not_keep_its_namespace() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded())) {
            KubernetesClient client = cluster.client();
            Namespaces namespaces = new Namespaces(client);
            String name =
                    namespaces.create("lab-pods-4", Course.load(Cases.ROOT).get("pods-4"));
            client.resource(Serialization.unmarshal(FAILS, Job.class))
                    .inNamespace(name)
                    .create();
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> hasFailed(client, name)))
                    .as("its Pod has failed, and the next one is not there yet")
                    .isTrue();
            namespaces.remove(name);
            assertThat(Deadline.in(Duration.ofSeconds(60))
                            .await(() -> client.namespaces().withName(name).get() == null))
                    .as("the namespace is gone")
                    .isTrue();
        }
    }

    private static boolean hasFailed(KubernetesClient client, String namespace) {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .anyMatch(pod -> "Failed".equals(pod.getStatus().getPhase()));
    }
}
