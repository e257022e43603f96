package kubelab.controlplane.kubelet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The three states a container can be in, as its status shows them. */
sealed interface ContainerState {

    /** @param reason e.g. {@code ContainerCreating}, {@code CrashLoopBackOff}; @param message may be empty */
    record Waiting(String reason, String message) implements ContainerState {}

    record Running(Instant startedAt) implements ContainerState {}

    /**
     * @param startedAt null for a container of which nothing is known
     * @param containerId null for a container that never was
     */
    record Terminated(
            int exitCode,
            String reason,
            String message,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String containerId)
            implements ContainerState {}
}
