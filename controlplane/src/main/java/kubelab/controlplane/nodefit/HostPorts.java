package kubelab.controlplane.nodefit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Ports of the host that Pods take. */
public final class HostPorts {
    private HostPorts() {}

    /** Of containers and sidecars; an init container that ends needs none. */
    public static List<ContainerPort> of(Pod pod) {
        List<Container> init = Objects.requireNonNullElse(pod.getSpec().getInitContainers(), List.of());
        List<ContainerPort> ports = new ArrayList<>();
        Stream.concat(pod.getSpec().getContainers().stream(), init.stream().filter(c -> "Always"
                        .equals(c.getRestartPolicy())))
                .filter(c -> c.getPorts() != null)
                .forEach(c -> c.getPorts().stream()
                        .filter(p -> p.getHostPort() != null && p.getHostPort() > 0)
                        .forEach(ports::add));
        return ports;
    }

    /** Whether two Pods of a node cannot have both: they can on different addresses or protocols. */
    public static boolean clash(ContainerPort one, ContainerPort other) {
        return one.getHostPort().equals(other.getHostPort())
                && protocol(one).equals(protocol(other))
                && (address(one).equals(address(other))
                        || address(one).equals("0.0.0.0")
                        || address(other).equals("0.0.0.0"));
    }

    private static String protocol(ContainerPort port) {
        return Objects.requireNonNullElse(port.getProtocol(), "TCP");
    }

    private static String address(ContainerPort port) {
        return port.getHostIP() == null || port.getHostIP().isEmpty() ? "0.0.0.0" : port.getHostIP();
    }
}
