package kubelab.controlplane.controllermanager.endpointslice;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kubelab.controlplane.controllermanager.loop.PodState;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/** Which Pods stand behind a Service, in which state, and at which ports. */
final class ServiceBackends {
    private ServiceBackends() {}

    /** A Pod behind the Service. Ready ones get traffic; those that end may still serve what they have begun. */
    record Backend(Pod pod, String ip, boolean ready, boolean serving, boolean terminating) {}

    /** A port as it is at the Pods. */
    record Port(
            String name,
            int number,
            String protocol,
            @Nullable String appProtocol) {}

    /** port list → the Pods that have exactly these; a named port can be another number in another Pod. */
    static Map<List<Port>, List<Backend>> of(Service service, List<Pod> pods) {
        Map<List<Port>, List<Backend>> groups = new TreeMap<>(Comparator.comparing(Object::toString));
        Map<String, String> selector = service.getSpec().getSelector();
        if (selector == null || selector.isEmpty()) {
            return groups; // somebody else says what stands behind it
        }
        boolean evenUnready = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        for (Pod pod : pods) {
            String ip = pod.getStatus() == null
                    ? ""
                    : Objects.requireNonNullElse(pod.getStatus().getPodIP(), "");
            if (ip.isEmpty()
                    || PodState.isFinished(pod)
                    || !LabelSelectors.match(selector, pod.getMetadata().getLabels())) {
                continue;
            }
            boolean terminating = PodState.isTerminating(pod);
            boolean serving = PodState.isReady(pod);
            Backend backend = new Backend(pod, ip, evenUnready || serving && !terminating, serving, terminating);
            groups.computeIfAbsent(ports(service, pod), p -> new ArrayList<>()).add(backend);
        }
        return groups;
    }

    private static List<Port> ports(Service service, Pod pod) {
        List<Port> ports = new ArrayList<>();
        for (ServicePort port : Objects.requireNonNullElse(service.getSpec().getPorts(), List.<ServicePort>of())) {
            int number = target(port, pod);
            if (number > 0) {
                ports.add(new Port(
                        Objects.requireNonNullElse(port.getName(), ""),
                        number,
                        Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                        port.getAppProtocol()));
            }
        }
        return ports;
    }

    private static int target(ServicePort port, Pod pod) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal() == 0 ? port.getPort() : target.getIntVal();
        }
        for (Container container : pod.getSpec().getContainers()) {
            for (ContainerPort candidate : Objects.requireNonNullElse(container.getPorts(), List.<ContainerPort>of())) {
                if (target.getStrVal().equals(candidate.getName())
                        && Objects.equals(port.getProtocol(), candidate.getProtocol())) {
                    return candidate.getContainerPort();
                }
            }
        }
        return 0;
    }
}
