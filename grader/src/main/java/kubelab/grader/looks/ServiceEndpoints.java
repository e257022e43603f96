package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.util.List;
import java.util.Optional;
import kubelab.grader.check.CheckContext;

/** Says in words where a Service leads. */
public final class ServiceEndpoints {
    private ServiceEndpoints() {}

    /** For a Service that does not answer: what its EndpointSlices say about the reason. */
    public static String describe(CheckContext run, String service) {
        List<Endpoint> all = of(run, service);
        if (all.isEmpty()) {
            return "the Service " + service + " has no endpoints: it selects no Pod";
        }
        boolean ready = all.stream().anyMatch(ServiceEndpoints::isReady);
        return ready
                ? "the Service " + service + " has endpoints, but nobody answers on the port it leads to"
                : "the Service " + service + " selects Pods, but none of them is ready";
    }

    public static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    public static List<Endpoint> of(CheckContext run, String service) {
        return run
                .client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(run.namespace())
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> Optional.ofNullable(slice.getEndpoints()).orElse(List.of()).stream())
                .toList();
    }
}
