package kubelab.controlplane.apiserver.aggregator;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.apiserver.aggregator.Backend.Answer;
import kubelab.controlplane.apiserver.aggregator.Backend.Question;
import kubelab.controlplane.apiserver.aggregator.ServiceResolver.Target;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out whether an APIService's server can be asked: its Service is there and has endpoints, and the server answers
 * for its group and version.
 *
 * <p>Source: k8s.io/kube-aggregator/pkg/controllers/status/remote (1.34).
 */
final class Availability {
    static final User AGGREGATOR = new User("system:kube-aggregator", "", List.of(User.MASTERS), Map.of());

    private static final int ATTEMPTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(6);

    private final Frontend frontend;
    private final ServiceResolver resolver;
    private final Executor threads;
    private final BackendTrust trust;

    Availability(Frontend frontend, ServiceResolver resolver, Executor threads) {
        this.frontend = frontend;
        this.resolver = resolver;
        this.threads = threads;
        this.trust = new BackendTrust(frontend);
    }

    AvailableCondition check(RemoteApi api) throws InterruptedException {
        String service =
                "service/" + api.service().name() + " in \"" + api.service().namespace() + "\"";
        ObjectNode found = resolver.service(api.service());
        if (found == null) {
            return AvailableCondition.not("ServiceNotFound", service + " is not present");
        }
        if (Json.string(found, "spec", "type").equals("ClusterIP")) {
            ObjectNode port = ServiceResolver.port(found, api.service().port());
            if (port == null) {
                return AvailableCondition.not(
                        "ServicePortError",
                        service + " is not listening on port " + api.service().port());
            }
            List<ObjectNode> slices = resolver.slices(api.service());
            if (slices.isEmpty()) {
                return AvailableCondition.not("EndpointsNotFound", "cannot find endpointslices for " + service);
            }
            String name = Json.string(port, "name");
            if (slices.stream().noneMatch(slice -> serves(slice, name))) {
                return AvailableCondition.not(
                        "MissingEndpoints",
                        "endpointslices for " + service + " have no addresses with port name \"" + name + "\"");
            }
        }
        String failure = ask(api);
        return failure.isEmpty() ? AvailableCondition.PASSED : AvailableCondition.not("FailedDiscoveryCheck", failure);
    }

    private static boolean serves(ObjectNode slice, String portName) {
        return Json.objects(slice, "endpoints").stream().anyMatch(ServiceResolver::isReady)
                && Json.objects(slice, "ports").stream()
                        .anyMatch(port -> Json.string(port, "name").equals(portName) && port.has("port"));
    }

    /** Asks several times at once; one answer will do. @return why there is none; empty when there is */
    private String ask(RemoteApi api) throws InterruptedException {
        BlockingQueue<String> results = new LinkedBlockingQueue<>();
        for (int i = 0; i < ATTEMPTS; i++) {
            threads.execute(() -> results.add(attempt(api)));
        }
        String last = "";
        for (int i = 0; i < ATTEMPTS; i++) {
            String result = results.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            last = Objects.requireNonNullElse(result, "timed out waiting for " + api.path());
            if (last.isEmpty()) {
                break;
            }
        }
        return last;
    }

    private String attempt(RemoteApi api) {
        Target target;
        try {
            target = resolver.resolve(api.service());
        } catch (IOException nowhere) {
            return String.valueOf(nowhere.getMessage());
        }
        String url = "https://" + target.authority() + api.path();
        String why;
        try {
            Map<String, List<String>> headers = new LinkedHashMap<>();
            headers.put("Host", List.of(target.authority()));
            headers.put("User-Agent", List.of("Go-http-client/1.1"));
            headers.put("Accept-Encoding", List.of(ProxyHeaders.OWN_ENCODING));
            ProxyHeaders.identity(headers, AGGREGATOR);
            Answer answer = Backend.ask(
                    frontend.dialer(),
                    trust.any(),
                    target,
                    new Question("GET", api.path(), headers, new byte[0]),
                    PATIENCE);
            answer.body().close();
            if (answer.code() >= 200 && answer.code() < 300) {
                return "";
            }
            why = "bad status from " + url + ": " + answer.code();
        } catch (IOException | RuntimeException failed) {
            why = "Get \"" + url + "\": " + failed.getMessage();
        }
        return "failing or missing response from " + url + ": " + why;
    }
}
