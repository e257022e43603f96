package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** With restartPolicy OnFailure the containers' restarts are the failures that count. */
final class Restarts {
    private Restarts() {}

    /** The Pods that run have used up the Job's limit. */
    static boolean exceed(Job job, List<Pod> active) {
        if (!"OnFailure".equals(job.getSpec().getTemplate().getSpec().getRestartPolicy())) {
            return false;
        }
        int restarts = active.stream()
                .filter(p -> p.getStatus() != null)
                .flatMap(p -> Stream.of(
                        p.getStatus().getInitContainerStatuses(), p.getStatus().getContainerStatuses()))
                .flatMap(list -> Objects.requireNonNullElse(list, List.<ContainerStatus>of()).stream())
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
        return restarts >= Math.max(1, job.getSpec().getBackoffLimit());
    }
}
