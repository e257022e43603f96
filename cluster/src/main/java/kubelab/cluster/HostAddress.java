package kubelab.cluster;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kubelab.labkit.ExposedPort;
import org.testcontainers.containers.ContainerState;

/**
 * By which address a container reaches the machine that Docker runs for: its engine writes it into the container's hosts.
 * With Docker on Linux it is that of a bridge, with Docker Desktop one that leads to the machine's loopback.
 */
final class HostAddress {
    static final String NAME = "host.docker.internal";

    private HostAddress() {}

    static Optional<String> of(ContainerState container) {
        String hosts = container.copyFileFromContainer(
                "/etc/hosts", in -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
        return hosts.lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(parts -> parts.length > 1 && parts[1].equals(NAME) && parts[0].indexOf(':') < 0)
                .map(parts -> parts[0])
                .findFirst();
    }

    /** Says it where other processes find it. */
    static void publish(KubernetesClient admin, String address) {
        admin.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-public")
                        .withName(ExposedPort.HOST_MAP)
                        .endMetadata()
                        .addToData("address", address)
                        .addToData("loopback", "false")
                        .build())
                .serverSideApply();
    }
}
