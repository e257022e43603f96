package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Status, conditions and events as Kubernetes 1.34.4 has them at the end of the same Jobs. */
class JobControllerTest extends OnHollowNodes {

    @Test
    void a_job_completes_when_enough_pods_have_succeeded() {
        create(job("ok", "completions: 2, parallelism: 2", 0));
        until(() -> has(get("ok"), "Complete"));
        Job job = get("ok");
        assertThat(job.getStatus().getSucceeded()).isEqualTo(2);
        assertThat(job.getStatus().getActive()).isNull();
        assertThat(job.getStatus().getReady()).isZero();
        assertThat(job.getStatus().getTerminating()).isZero();
        assertThat(job.getStatus().getCompletionTime()).isNotNull();
        assertThat(conditions(job))
                .containsExactly(
                        "SuccessCriteriaMet CompletionsReached Reached expected number of succeeded pods",
                        "Complete CompletionsReached Reached expected number of succeeded pods");
        assertThat(pods()).hasSize(2).allSatisfy(p -> {
            assertThat(p.getMetadata().getFinalizers())
                    .as("counted, so released")
                    .isEmpty();
            assertThat(p.getMetadata().getLabels())
                    .containsEntry("batch.kubernetes.io/job-name", "ok")
                    .containsEntry("job-name", "ok");
        });
        until(() -> events("Job").contains("Job completed"));
        assertThat(events("Job"))
                .filteredOn(e -> e.startsWith("Created pod: ok-"))
                .hasSize(2);
    }

    @Test
    void a_job_fails_when_its_pods_fail_too_often() {
        create(job("bad", "backoffLimit: 0", 3));
        until(() -> has(get("bad"), "Failed"));
        Job job = get("bad");
        assertThat(job.getStatus().getFailed()).isEqualTo(1);
        assertThat(conditions(job))
                .containsExactly(
                        "FailureTarget BackoffLimitExceeded Job has reached the specified backoff limit",
                        "Failed BackoffLimitExceeded Job has reached the specified backoff limit");
        until(() -> events("Job").contains("Job has reached the specified backoff limit"));
    }

    @Test
    void a_failed_pod_is_followed_by_another_only_after_the_back_off() throws InterruptedException {
        create(job("retry", "backoffLimit: 1", 3));
        until(() -> get("retry").getStatus() != null
                && Integer.valueOf(1).equals(get("retry").getStatus().getFailed()));
        assertThat(pods()).as("the next one waits ten seconds").hasSize(1);
        ((kubelab.containers.clock.ClusterClock) cluster.clock()).advance(java.time.Duration.ofSeconds(11), () -> {});
        until(() -> has(get("retry"), "Failed"));
        assertThat(pods()).hasSize(2);
    }

    @Test
    void indexed_pods_are_numbered() {
        create(job("idx", "completionMode: Indexed, completions: 3, parallelism: 3", 0));
        until(() -> has(get("idx"), "Complete"));
        assertThat(get("idx").getStatus().getCompletedIndexes()).isEqualTo("0-2");
        Pod first = pods().stream()
                .filter(p -> p.getMetadata().getName().startsWith("idx-0-"))
                .findFirst()
                .orElseThrow();
        assertThat(first.getSpec().getHostname()).isEqualTo("idx-0");
        assertThat(first.getMetadata().getAnnotations()).containsEntry("batch.kubernetes.io/job-completion-index", "0");
        assertThat(first.getSpec().getContainers().get(0).getEnv())
                .singleElement()
                .satisfies(env -> assertThat(env.getValueFrom().getFieldRef().getFieldPath())
                        .isEqualTo("metadata.labels['batch.kubernetes.io/job-completion-index']"));
    }

    @Test
    void a_job_that_goes_takes_its_pods_with_it() {
        create(job("gone", "completions: 1", 0));
        until(() -> has(get("gone"), "Complete"));
        client.batch().v1().jobs().inNamespace(namespace).withName("gone").delete();
        until(() -> pods().isEmpty());
    }

    @Test
    void a_finished_job_goes_when_its_time_is_over() throws InterruptedException {
        create(job("now", "ttlSecondsAfterFinished: 0", 0));
        create(job("failed", "ttlSecondsAfterFinished: 30, backoffLimit: 0", 3));
        create(job("running", "ttlSecondsAfterFinished: 0, suspend: true", 0));
        create(job("kept", "completions: 1", 0));
        until(() -> get("now") == null && has(get("failed"), "Failed") && has(get("kept"), "Complete"));
        ((kubelab.containers.clock.ClusterClock) cluster.clock()).advance(java.time.Duration.ofSeconds(31), () -> {});
        until(() -> get("failed") == null);
        until(() -> pods().size() == 1);
        assertThat(get("kept")).as("a Job without a time").isNotNull();
        assertThat(get("running")).as("a Job that has not finished").isNotNull();
    }

    @Test
    void a_finished_job_goes_when_it_is_given_a_time() {
        create(job("later", "completions: 1", 0));
        until(() -> has(get("later"), "Complete"));
        change(client.batch().v1().jobs().inNamespace(namespace).withName("later"), j -> {
            j.getSpec().setTtlSecondsAfterFinished(0);
        });
        until(() -> get("later") == null && pods().isEmpty());
    }

    @Test
    void a_job_that_another_controller_manages_is_left_alone() {
        create(job("foreign", "managedBy: example.com/other", 0));
        create(job("ours", "completions: 1", 0));
        until(() -> has(get("ours"), "Complete"));
        assertThat(pods()).as("of the other Job alone").hasSize(1);
        assertThat(get("foreign").getStatus().getStartTime()).isNull();
    }

    private static Job job(String name, String spec, int exit) {
        return Serialization.unmarshal(
                "--- {apiVersion: batch/v1, kind: Job, metadata: {name: " + name + "}, spec: {" + spec
                        + ", template: {metadata: {annotations: {hollow/exit: '" + exit
                        + "'}}, spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}",
                Job.class);
    }

    private Job get(String name) {
        return client.batch().v1().jobs().inNamespace(namespace).withName(name).get();
    }

    private static boolean has(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals(type));
    }

    private static List<String> conditions(Job job) {
        return job.getStatus().getConditions().stream()
                .map((JobCondition c) -> c.getType() + " " + c.getReason() + " " + c.getMessage())
                .toList();
    }
}
