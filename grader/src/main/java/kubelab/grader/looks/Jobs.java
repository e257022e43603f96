package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Jobs and their attempts. */
public final class Jobs {
    private Jobs() {}

    public static Optional<Job> find(CheckContext run, String name) {
        return Optional.ofNullable(run.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(run.namespace())
                .withName(name)
                .get());
    }

    /** @param condition {@code Complete} or {@code Failed} */
    public static boolean has(Job job, String condition) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> condition.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    /** The Pods that it has made and that are still there. */
    public static List<Pod> attempts(CheckContext run, String job) {
        return run.client()
                .pods()
                .inNamespace(run.namespace())
                .withLabel("job-name", job)
                .list()
                .getItems();
    }

    /** Whether an attempt has said this in one of its containers. */
    public static boolean said(CheckContext run, String job, Pattern words) {
        return attempts(run, job).stream()
                .anyMatch(p -> words.matcher(Pods.logs(run, p)).find());
    }

    /** @param boasted what {@link #said} was, when no attempt could have succeeded */
    public static Observation keptQuiet(boolean boasted) {
        return Observation.unless(boasted, "they kept quiet", "no \"delivered\" from them", "one of them said so");
    }

    /** @param when as in "while the gate is shut" */
    public static Observation attemptFails(CheckContext run, String name, String when) {
        String expected = "a Job " + name + " whose Pod ends with an exit code other than 0 " + when;
        Optional<Job> job = find(run, name);
        if (job.isEmpty()) {
            boolean pod = run.pod(name).isPresent();
            return Observation.notYet(expected, "there is no Job " + name + (pod ? ", only a Pod of that name" : ""));
        } else if (has(job.get(), "Complete")) {
            return Observation.never(expected, "the Job is Complete although no attempt could succeed");
        }
        return attempts(run, name).stream().anyMatch(Pods::hasFailed)
                ? Observation.holds("the first attempt failed, as it should")
                : Observation.notYet(expected, "no attempt has failed");
    }

    /** Makes a Job as one that is there, which the controller takes for another: it begins again. */
    public static void again(CheckContext run, String name, String copy) {
        find(run, name).ifPresent(job -> copy(run, job, copy));
        run.touched();
    }

    private static void copy(CheckContext run, Job model, String name) {
        run.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(run.namespace())
                .resource(new JobBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withSpec(model.getSpec())
                        .editSpec()
                        .withManualSelector(null)
                        .withSelector(null)
                        .editTemplate()
                        .editMetadata()
                        .withLabels(ownLabels(model))
                        .endMetadata()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    /** Those of its template that the API server has not added. */
    private static Map<String, String> ownLabels(Job job) {
        Map<String, String> labels =
                new TreeMap<>(job.getSpec().getTemplate().getMetadata().getLabels());
        labels.keySet().removeIf(key -> key.matches("(batch\\.kubernetes\\.io/)?(job-name|controller-uid)"));
        return labels;
    }

    /**
     * It is Complete, and an attempt that succeeded has said this.
     *
     * @param earlier names of Pods that were there before it could succeed
     */
    public static Observation completes(
            CheckContext run, String name, Pattern words, Collection<String> earlier, String expected) {
        Optional<Job> job = find(run, name);
        if (job.isEmpty()) {
            return Observation.never(expected, "the Job is gone");
        } else if (has(job.get(), "Failed")) {
            return Observation.never(expected, "the Job has given up");
        }
        List<Pod> said = attempts(run, name).stream()
                .filter(p -> words.matcher(Pods.logs(run, p)).find())
                .toList();
        if (!has(job.get(), "Complete")) {
            return said.stream().anyMatch(p -> Pods.isIn(p, "Failed") && !earlier.contains(Pods.name(p)))
                    ? Observation.never(
                            expected,
                            "an attempt found the gate open and said so, but ended with an exit code other than 0")
                    : Observation.notYet(expected, "the Job is not Complete");
        }
        return said.stream().anyMatch(p -> Pods.isIn(p, "Succeeded"))
                ? Observation.holds("a failed attempt was followed by a better one")
                : Observation.never(expected, "the Job is Complete, but no log says so");
    }

    /** Each attempt is a Pod of its own. */
    public static Observation keepsFailedPod(CheckContext run, String name) {
        List<Pod> attempts = attempts(run, name);
        return attempts.stream().anyMatch(p -> Pods.isIn(p, "Failed"))
                ? Observation.holds("kubectl logs still tells why the first attempt failed")
                : Observation.never(
                        "a failed Pod and a succeeded one",
                        attempts.size() == 1
                                ? "one Pod, whose container was restarted in place"
                                : attempts.size() + " Pods, none of them Failed");
    }

    public static Observation retries(CheckContext run, String name, int wanted) {
        Integer limit = find(run, name).map(j -> j.getSpec().getBackoffLimit()).orElse(null);
        return limit != null && limit == wanted
                ? Observation.holds("backoffLimit is " + wanted)
                : Observation.never("backoffLimit " + wanted, "backoffLimit " + limit);
    }
}
