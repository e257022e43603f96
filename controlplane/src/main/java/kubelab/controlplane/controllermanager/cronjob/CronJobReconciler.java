package kubelab.controlplane.controllermanager.cronjob;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.PodControl;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.events.EventRecorder;

/** Makes the Job that is due, minds those that run, removes those that are old. */
final class CronJobReconciler implements Reconciler {
    private static final int MANY_MISSED = 100;
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final Cached<CronJob> cronJobs;
    private final Cached<Job> jobs;
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;

    CronJobReconciler(
            Cached<CronJob> cronJobs, Cached<Job> jobs, KubernetesClient client, EventRecorder events, Clock clock) {
        this.cronJobs = cronJobs;
        this.jobs = jobs;
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<CronJob> found = cronJobs.get(key);
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
            return Result.done();
        }
        CronJob cron = found.get();
        List<Job> mine = jobs.ownedBy(cron.getMetadata().getUid());
        CronJobStatus status = new CronJobBuilder(cron).build().getStatus();
        CronJobStatus settled = status == null ? new CronJobStatus() : status;
        settle(cron, mine, settled);
        removeOld(cron, mine);

        Instant now = clock.now();
        Schedule schedule;
        try {
            schedule = Schedule.parse(cron.getSpec().getSchedule());
        } catch (IllegalArgumentException e) {
            events.warning(
                    cron,
                    "UnparseableSchedule",
                    "unparseable schedule: \"" + cron.getSpec().getSchedule() + "\" : " + e.getMessage());
            write(cron, settled);
            return Result.done();
        }
        if (!Boolean.TRUE.equals(cron.getSpec().getSuspend())) {
            lastDue(cron, schedule, now).ifPresent(due -> start(cron, mine, settled, due));
        }
        write(cron, settled);
        return next(cron, schedule, now)
                .map(at -> Result.after(Duration.between(now, at).plusMillis(100)))
                .orElse(Result.done());
    }
    // end::reconcile[]

    /** The last time that was due and not served; one that is too late by the deadline is passed over. */
    private Optional<Instant> lastDue(CronJob cron, Schedule schedule, Instant now) {
        String last = cron.getStatus() == null ? null : cron.getStatus().getLastScheduleTime();
        Instant since = Instant.parse(last == null ? cron.getMetadata().getCreationTimestamp() : last);
        Long deadline = cron.getSpec().getStartingDeadlineSeconds();
        if (deadline != null && now.minusSeconds(deadline).isAfter(since)) {
            since = now.minusSeconds(deadline);
        }
        Optional<Instant> first = at(cron, schedule, since).filter(at -> !at.isAfter(now));
        Optional<Instant> second = first.flatMap(at -> at(cron, schedule, at)).filter(at -> !at.isAfter(now));
        if (second.isEmpty()) {
            return first;
        }
        Duration step = Duration.between(first.get(), second.get());
        if (Duration.between(first.get(), now).dividedBy(step) + 1 > MANY_MISSED) {
            events.warning(
                    cron,
                    "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
        }
        return Optional.of(lastBetween(cron, schedule, second.get(), now, step));
    }

    /** Searches backwards, in spans twice as long each time: there may be years of missed times. */
    private static Instant lastBetween(CronJob cron, Schedule schedule, Instant known, Instant now, Duration step) {
        for (Duration span = step; now.minus(span).isAfter(known); span = span.multipliedBy(2)) {
            Optional<Instant> found = at(cron, schedule, now.minus(span)).filter(at -> !at.isAfter(now));
            if (found.isPresent()) {
                return lastFrom(cron, schedule, found.get(), now);
            }
        }
        return lastFrom(cron, schedule, known, now);
    }

    private static Instant lastFrom(CronJob cron, Schedule schedule, Instant known, Instant now) {
        Instant last = known;
        Optional<Instant> next = at(cron, schedule, known);
        while (next.isPresent() && !next.get().isAfter(now)) {
            last = next.get();
            next = at(cron, schedule, last);
        }
        return last;
    }

    private Optional<Instant> next(CronJob cron, Schedule schedule, Instant now) {
        return at(cron, schedule, now);
    }

    private static Optional<Instant> at(CronJob cron, Schedule schedule, Instant after) {
        return schedule.next(after.atZone(Schedule.zone(cron.getSpec().getTimeZone())))
                .map(ZonedDateTime::toInstant);
    }

    private void start(CronJob cron, List<Job> mine, CronJobStatus status, Instant due) {
        String policy = cron.getSpec().getConcurrencyPolicy();
        List<Job> running = mine.stream().filter(j -> !isFinished(j)).toList();
        if ("Forbid".equals(policy) && !running.isEmpty()) {
            events.normal(
                    cron,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid");
            return;
        }
        if ("Replace".equals(policy)) {
            running.forEach(job -> {
                delete(cron, job);
                status.getActive().removeIf(r -> job.getMetadata().getUid().equals(r.getUid()));
            });
        }
        Job job = job(cron, due);
        try {
            Job made = client.resource(job).create();
            events.normal(
                    cron,
                    "SuccessfulCreate",
                    "Created job " + made.getMetadata().getName());
            ObjectReference reference = EventRecorder.reference(made);
            status.getActive().add(reference);
        } catch (KubernetesClientException e) {
            if (PodControl.isNamespaceTerminating(e)) {
                return;
            }
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // The name is made from the time: this run was started already.
        }
        status.setLastScheduleTime(due.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static Job job(CronJob cron, Instant due) {
        var template = cron.getSpec().getJobTemplate();
        Map<String, String> annotations = new LinkedHashMap<>();
        Map<String, String> labels = new LinkedHashMap<>();
        if (template.getMetadata() != null) {
            annotations.putAll(Objects.requireNonNullElse(template.getMetadata().getAnnotations(), Map.of()));
            labels.putAll(Objects.requireNonNullElse(template.getMetadata().getLabels(), Map.of()));
        }
        annotations.put(SCHEDULED, due.truncatedTo(ChronoUnit.SECONDS).toString());
        return new JobBuilder()
                .withNewMetadata()
                .withName(cron.getMetadata().getName() + "-" + due.getEpochSecond() / 60)
                .withNamespace(cron.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(Ownership.controllerReference(cron))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    /** Takes finished Jobs off the list of active ones. */
    private void settle(CronJob cron, List<Job> mine, CronJobStatus status) {
        List<ObjectReference> active = new ArrayList<>(Objects.requireNonNullElse(status.getActive(), List.of()));
        for (ObjectReference reference : List.copyOf(active)) {
            Optional<Job> job = mine.stream()
                    .filter(j -> j.getMetadata().getUid().equals(reference.getUid()))
                    .findFirst();
            if (job.filter(j -> !isFinished(j)).isPresent()) {
                continue;
            }
            if (job.isEmpty()) {
                Job live = client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(cron.getMetadata().getNamespace())
                        .withName(reference.getName())
                        .get();
                if (live != null && !isFinished(live)) {
                    continue; // the cache did not show it yet
                }
            }
            active.remove(reference);
            job.ifPresent(j -> {
                String condition = has(j, "Complete") ? "Complete" : "Failed";
                events.normal(
                        cron,
                        "SawCompletedJob",
                        "Saw completed job: " + j.getMetadata().getName() + ", condition: " + condition);
                if (condition.equals("Complete")) {
                    status.setLastSuccessfulTime(j.getStatus().getCompletionTime());
                }
            });
        }
        status.setActive(active);
    }

    private void removeOld(CronJob cron, List<Job> mine) {
        removeOld(
                cron,
                mine,
                "Complete",
                Objects.requireNonNullElse(cron.getSpec().getSuccessfulJobsHistoryLimit(), 3));
        removeOld(
                cron, mine, "Failed", Objects.requireNonNullElse(cron.getSpec().getFailedJobsHistoryLimit(), 1));
    }

    private void removeOld(CronJob cron, List<Job> mine, String condition, int limit) {
        List<Job> finished = mine.stream()
                .filter(j -> has(j, condition) && j.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(j -> j.getMetadata().getCreationTimestamp()))
                .toList();
        finished.subList(0, Math.max(0, finished.size() - limit)).forEach(job -> delete(cron, job));
    }

    private void delete(CronJob cron, Job job) {
        client.resource(job)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        events.normal(
                cron, "SuccessfulDelete", "Deleted job " + job.getMetadata().getName());
    }

    private void write(CronJob cron, CronJobStatus after) {
        if (Difference.between(cron.getStatus(), after)) {
            client.resource(new CronJobBuilder(cron).withStatus(after).build()).updateStatus();
        }
    }

    private static boolean isFinished(Job job) {
        return has(job, "Complete") || has(job, "Failed");
    }

    private static boolean has(Job job, String condition) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals(condition) && "True".equals(c.getStatus()));
    }
}
