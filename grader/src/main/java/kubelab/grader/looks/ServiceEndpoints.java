package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Says in words where a Service leads. */
public final class ServiceEndpoints {
    private ServiceEndpoints() {}

    /** For a Service that does not answer: what its EndpointSlices say about the reason. */
    public static String describe(CheckContext run, String service) {
        if (Services.find(run, service).isEmpty()) {
            return "there is no Service " + service;
        }
        List<Endpoint> all = of(run, service);
        if (all.isEmpty()) {
            return "the Service " + service + " has no endpoints: it selects no Pod";
        }
        boolean ready = all.stream().anyMatch(ServiceEndpoints::isReady);
        return ready
                ? "the Service " + service + " has endpoints, but no program listens on the port it leads to"
                : "the Service " + service + " selects Pods, but none of them is ready";
    }

    public static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    /** How many of its endpoints are ready. */
    public static long ready(CheckContext run, String service) {
        return of(run, service).stream().filter(ServiceEndpoints::isReady).count();
    }

    public static List<Endpoint> of(CheckContext run, String service) {
        return slices(run, service).stream()
                .flatMap(slice -> Optional.ofNullable(slice.getEndpoints()).orElse(List.of()).stream())
                .toList();
    }

    /** The Service leads to this Pod, which is ready. */
    public static boolean leadsTo(CheckContext run, String service, Pod pod) {
        String ip = String.valueOf(pod.getStatus().getPodIP());
        return of(run, service).stream()
                .anyMatch(e -> isReady(e) && e.getAddresses().contains(ip));
    }

    /** Each of its endpoints that are ready answers, at one of its ports, with what contains this text. */
    public static Observation allSay(CheckContext run, String service, String text, String expected) {
        List<Endpoint> ready =
                of(run, service).stream().filter(ServiceEndpoints::isReady).toList();
        Set<Integer> ports = ports(run, service);
        long right = ready.stream()
                .map(endpoint -> "http://" + endpoint.getAddresses().get(0) + ":")
                .filter(url -> ports.stream()
                        .flatMap(port -> Http.from(run).get(url + port).stream())
                        .anyMatch(answer -> answer.contains(text)))
                .count();
        if (right == 0) {
            return Observation.notYet(expected, "it answers with something else");
        }
        return right == ready.size()
                ? Observation.holds("it answers")
                : Observation.notYet(expected, "some of the Pods behind it answer with something else");
    }

    /** The ports of the Pods that it leads to. */
    public static Set<Integer> ports(CheckContext run, String service) {
        return slices(run, service).stream()
                .flatMap(slice -> Optional.ofNullable(slice.getPorts()).orElse(List.of()).stream())
                .map(EndpointPort::getPort)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static List<EndpointSlice> slices(CheckContext run, String service) {
        return run.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(run.namespace())
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems();
    }
}
