package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;

/** Ephemeral containers (kubectl debug) run like others, without ports, probes, hooks and resources. */
final class EphemeralContainers {
    private EphemeralContainers() {}

    static Container plain(EphemeralContainer extra) {
        return new ContainerBuilder()
                .withName(extra.getName())
                .withImage(extra.getImage())
                .withImagePullPolicy(extra.getImagePullPolicy())
                .withCommand(extra.getCommand())
                .withArgs(extra.getArgs())
                .withEnv(extra.getEnv())
                .withEnvFrom(extra.getEnvFrom())
                .withWorkingDir(extra.getWorkingDir())
                .withVolumeMounts(extra.getVolumeMounts())
                .withSecurityContext(extra.getSecurityContext())
                .withStdin(extra.getStdin())
                .withStdinOnce(extra.getStdinOnce())
                .withTty(extra.getTty())
                .withTerminationMessagePath(extra.getTerminationMessagePath())
                .withTerminationMessagePolicy(extra.getTerminationMessagePolicy())
                .build();
    }
}
