package kubelab.controlplane.controllermanager.cronjob;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;

/** Wires the CronJob reconciler. */
public final class CronJobController {
    private static final String ACCOUNT = "cronjob-controller";

    private CronJobController() {}

    public static ControlLoop wire(ControllerContext context) {
        Cached<CronJob> cronJobs = context.informers().of(CronJob.class);
        Cached<Job> jobs = context.informers().of(Job.class);
        ControlLoop loop = new ControlLoop(
                ACCOUNT,
                context.clock(),
                new CronJobReconciler(
                        cronJobs, jobs, context.client(ACCOUNT), context.recorder(ACCOUNT), context.clock()));
        cronJobs.onChange(cron -> loop.enqueue(Key.of(cron)));
        jobs.onChange(job -> Ownership.controllerOf(job)
                .filter(r -> r.getKind().equals("CronJob"))
                .ifPresent(r -> loop.enqueue(new Key(job.getMetadata().getNamespace(), r.getName()))));
        return loop;
    }
}
