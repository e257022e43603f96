package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.PodState;

/** Wires the Job reconciler. Pods whose Job is gone are let go here: nobody will count them any more. */
public final class JobController {
    private static final String NAME = "job-controller";

    private JobController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Job> jobs = context.informers().of(Job.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Expectations expectations = new Expectations(context.clock());
        Set<String> released = ConcurrentHashMap.newKeySet();
        JobReconciler reconciler =
                new JobReconciler(jobs, pods, client, context.recorder(NAME), expectations, released, context.clock());
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            if (jobs.get(key)
                    .filter(j -> j.getMetadata().getDeletionTimestamp() == null)
                    .isEmpty()) {
                letGo(client, jobs, pods, key);
            }
            return reconciler.reconcile(key);
        });
        jobs.onChange(job -> loop.enqueue(Key.of(job)));
        pods.onEvent(
                pod -> owner(pod).ifPresent(key -> {
                    if (PodState.isTerminating(pod)) {
                        expectations.deleted(key, pod.getMetadata().getUid());
                    } else {
                        expectations.created(key);
                    }
                    loop.enqueue(key);
                }),
                (before, after) -> owner(after).ifPresent(key -> {
                    if (!after.getMetadata().getFinalizers().contains(JobProgress.FINALIZER)) {
                        released.remove(after.getMetadata().getUid());
                    }
                    if (PodState.isTerminating(after)) {
                        expectations.deleted(key, after.getMetadata().getUid());
                    }
                    loop.enqueue(key);
                }),
                pod -> owner(pod).ifPresent(key -> {
                    released.remove(pod.getMetadata().getUid());
                    expectations.deleted(key, pod.getMetadata().getUid());
                    loop.enqueue(key);
                }));
        return loop;
    }

    private static void letGo(KubernetesClient client, Cached<Job> jobs, Cached<Pod> pods, Key key) {
        String living = jobs.get(key).map(j -> j.getMetadata().getUid()).orElse("");
        for (Pod pod : pods.inNamespace(key.namespace())) {
            boolean ofThisJob = Ownership.controllerOf(pod)
                    .filter(r -> r.getKind().equals("Job") && r.getName().equals(key.name()))
                    .filter(r -> !r.getUid().equals(living) || PodState.isTerminating(pod))
                    .isPresent();
            if (ofThisJob) {
                JobStatusWriter.removeFinalizer(client, pod);
            }
        }
    }

    private static Optional<Key> owner(Pod pod) {
        return Ownership.controllerOf(pod)
                .filter(r -> r.getKind().equals("Job"))
                .map(r -> new Key(pod.getMetadata().getNamespace(), r.getName()));
    }
}
