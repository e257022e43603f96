package kubelab.grader.checks.pods;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import org.jspecify.annotations.Nullable;

/**
 * pods-4. The gate is shut, so an attempt must fail (negative control); then it is opened, and a later attempt must
 * succeed. A Job waits 10 s before its first retry, on every cluster: no answer to this exercise is graded faster.
 */
final class RetryingJobCheck implements Check {
    private static final String JOB = "parcel";
    private static final String GATE = "gate";
    private static final int RETRIES = 3;

    private String word = "";

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(GATE)
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("open", "no")
                        .addToData("parcel", word)
                        .build())
                .create();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("attempt", "While the gate is shut, the Job parcel tries and fails", 2)
                        .hint(1)
                        .shownBy("get job parcel")
                        .within(Duration.ofSeconds(90))
                        .when(RetryingJobCheck::attemptFails),
                Criterion.of("delivers", "Once the gate is open, a later attempt delivers the parcel", 3)
                        .needs("attempt")
                        .hint(2)
                        .shownBy("describe job parcel")
                        .first(RetryingJobCheck::openGate)
                        .within(Duration.ofSeconds(40))
                        .evenIfQuiet()
                        .when(this::delivered),
                Criterion.of("fresh", "Each attempt is a Pod of its own, so the failed one's log is still there", 3)
                        .needs("delivers")
                        .hint(3)
                        .shownBy("get pods -l job-name=parcel")
                        .when(RetryingJobCheck::failedPodIsThere),
                Criterion.of("limit", "It would give up after three retries", 2)
                        .hidden()
                        .needs("attempt")
                        .hint(3)
                        .shownBy("get job parcel -o jsonpath={.spec.backoffLimit}")
                        .when(RetryingJobCheck::givesUp));
    }

    private static Observation attemptFails(CheckContext run) {
        String expected = "a Job parcel whose Pod ends with an exit code other than 0 while the gate is shut";
        Optional<Job> job = job(run);
        if (job.isEmpty()) {
            return Observation.notYet(
                    expected, "there is no Job parcel" + (run.pod(JOB).isPresent() ? ", only a Pod of that name" : ""));
        } else if (has(job.get(), "Complete")) {
            return Observation.never(expected, "the Job is Complete although the gate was shut");
        }
        boolean failed = attempts(run).stream().anyMatch(RetryingJobCheck::hasFailed);
        return failed
                ? Observation.holds("the first attempt failed, as it should")
                : Observation.notYet(expected, "no attempt has failed");
    }

    private static void openGate(CheckContext run) {
        run.client().configMaps().inNamespace(run.namespace()).withName(GATE).edit(c -> new ConfigMapBuilder(c)
                .addToData("open", "yes")
                .build());
        run.touched();
    }

    private Observation delivered(CheckContext run) {
        String expected = "the Job Complete, with \"delivered " + word + "\" in the log of its last Pod";
        Optional<Job> job = job(run);
        if (job.isEmpty()) {
            return Observation.never(expected, "the Job is gone");
        } else if (has(job.get(), "Failed")) {
            return Observation.never(expected, "the Job gave up after its first attempt");
        } else if (!has(job.get(), "Complete")) {
            return Observation.notYet(expected, "the Job is not Complete");
        }
        boolean said = attempts(run).stream()
                .filter(p -> "Succeeded".equals(p.getStatus().getPhase()))
                .anyMatch(p -> run.log(p.getMetadata().getName(), container(p)).contains("delivered " + word));
        return said
                ? Observation.holds("a failed attempt was followed by a better one")
                : Observation.never(expected, "the Job is Complete, but no log says so");
    }

    private static Observation failedPodIsThere(CheckContext run) {
        List<Pod> attempts = attempts(run);
        boolean failed =
                attempts.stream().anyMatch(p -> "Failed".equals(p.getStatus().getPhase()));
        return failed
                ? Observation.holds("kubectl logs still tells why the first attempt failed")
                : Observation.never(
                        "a failed Pod and a succeeded one",
                        attempts.size() == 1
                                ? "one Pod, whose container was restarted in place"
                                : attempts.size() + " Pods, none of them Failed");
    }

    private static Observation givesUp(CheckContext run) {
        Integer limit = job(run).map(j -> j.getSpec().getBackoffLimit()).orElse(null);
        return limit != null && limit == RETRIES
                ? Observation.holds("backoffLimit is 3")
                : Observation.never("backoffLimit 3", "backoffLimit " + limit);
    }

    private static boolean hasFailed(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .flatMap(c -> Stream.of(Optional.ofNullable(c.getState()), Optional.ofNullable(c.getLastState())))
                .anyMatch(s -> s.filter(RetryingJobCheck::nonZero).isPresent());
    }

    private static boolean nonZero(@Nullable ContainerState state) {
        return state != null
                && state.getTerminated() != null
                && state.getTerminated().getExitCode() != 0;
    }

    private static Optional<Job> job(CheckContext run) {
        return Optional.ofNullable(run.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(run.namespace())
                .withName(JOB)
                .get());
    }

    private static boolean has(Job job, String condition) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> condition.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    private static List<Pod> attempts(CheckContext run) {
        return run.client()
                .pods()
                .inNamespace(run.namespace())
                .withLabel("job-name", JOB)
                .list()
                .getItems();
    }

    private static String container(Pod pod) {
        return pod.getSpec().getContainers().get(0).getName();
    }
}
