package kubelab.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.util.List;
import java.util.Map;

/**
 * Removes what a killed process left in the container engine: containers and networks whose labels name an owner that
 * is certainly dead. What a living process or another machine owns is never touched.
 */
public final class Sweep {
    private Sweep() {}

    /** @return how many containers were removed; 0 also where no engine answers */
    public static int containers() {
        if (Docker.unavailable().isPresent()) {
            return 0;
        }
        return remove(Docker.client(), false);
    }

    /** Removes all that this process made, in a hurry: for the end of the JVM. */
    static void own() {
        remove(Docker.client(), true);
    }

    private static int remove(DockerClient docker, boolean own) {
        ProcessIdentity self = ProcessIdentity.self();
        int removed = 0;
        for (Container container : docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(ProcessIdentity.LABEL))
                .exec()) {
            if (mayGo(container.getLabels(), self, own)) {
                removed += attempt(() -> docker.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
            }
        }
        for (Network network : docker.listNetworksCmd()
                .withFilter("label", List.of(ProcessIdentity.LABEL))
                .exec()) {
            if (mayGo(network.getLabels(), self, own)) {
                attempt(() -> docker.removeNetworkCmd(network.getId()).exec());
            }
        }
        return removed;
    }

    private static boolean mayGo(Map<String, String> labels, ProcessIdentity self, boolean own) {
        return ProcessIdentity.fromLabels(labels)
                .map(owner -> own ? owner.equals(self) : owner.isDead())
                .orElse(false);
    }

    private static int attempt(Runnable removal) {
        try {
            removal.run();
            return 1;
        } catch (RuntimeException e) {
            return 0; // gone already, or another command's sweep is at it
        }
    }
}
