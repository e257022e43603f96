package kubelab.labkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What the cells of a notebook do over and over; {@link Lab} says what each is for. */
final class LabCommands {
    private static final long SECONDS = 30;
    private static final int ATTEMPTS = 3;
    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    private LabCommands() {}

    static HasMetadata start(KubernetesClient client, String namespace, String yaml) {
        var object = client.resource(yaml).inNamespace(namespace);
        object.withGracePeriod(0).delete();
        object.waitUntilCondition(gone -> gone == null, SECONDS, TimeUnit.SECONDS);
        HasMetadata created = object.create();
        if (!(created instanceof Node)) return created;
        // The API server gives each new node this taint; the node lifecycle controller takes it off a node that is
        // Ready.
        return object.waitUntilCondition(
                node -> node instanceof Node n
                        && n.getSpec().getTaints().stream()
                                .noneMatch(t -> t.getKey().equals(NOT_READY)),
                SECONDS,
                TimeUnit.SECONDS);
    }

    static String outcome(PodResource pod) {
        Pod decided = pod.waitUntilCondition(
                p -> p != null
                        && (p.getSpec().getNodeName() != null || refusal(p).isPresent()),
                SECONDS,
                TimeUnit.SECONDS);
        String node = decided.getSpec().getNodeName();
        return node != null ? "on " + node : refusal(decided).orElse("");
    }

    private static Optional<String> refusal(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled") && "False".equals(c.getStatus()))
                .map(PodCondition::getMessage)
                .findFirst();
    }

    static String endpoints(KubernetesClient client, String namespace, String service, int ready) {
        var slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service);
        List<EndpointSlice> found;
        try {
            found = slices.informOnCondition(all -> ready(all) == ready).get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            found = slices.list().getItems();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
        return ready(found) + " of " + endpoints(found).count() + " ready";
    }

    private static long ready(List<EndpointSlice> slices) {
        return endpoints(slices)
                .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                .count();
    }

    private static Stream<Endpoint> endpoints(List<EndpointSlice> slices) {
        return slices.stream()
                .flatMap(slice -> Stream.ofNullable(slice.getEndpoints()).flatMap(List::stream));
    }

    static String exec(PodResource pod, String... command) {
        String[] words = command.length == 1 ? new String[] {"sh", "-c", command[0]} : command;
        for (int attempt = 1; ; attempt++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ExecWatch exec = pod.writingOutput(out).writingError(out).exec(words)) {
                Integer code = exec.exitCode().get(SECONDS, TimeUnit.SECONDS);
                String said = out.toString(StandardCharsets.UTF_8).strip();
                return code == null || code == 0 ? said : (said + "\n(exit code " + code + ")").strip();
            } catch (ExecutionException broken) { // the connection, as happens on a busy cluster
                if (attempt == ATTEMPTS)
                    throw new IllegalStateException("The command could not be run: " + broken.getCause(), broken);
            } catch (TimeoutException slow) {
                throw new IllegalStateException(
                        "The command has not ended within " + SECONDS + " s: " + String.join(" ", words), slow);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopped", stopped);
            }
        }
    }

    static String log(PodResource pod, String container) {
        Pod started = pod.waitUntilCondition(
                p -> p != null
                        && Stream.concat(
                                        p.getStatus().getContainerStatuses().stream(),
                                        p.getStatus().getInitContainerStatuses().stream())
                                .filter(c -> container.isEmpty() || c.getName().equals(container))
                                .anyMatch(c -> c.getState().getWaiting() == null || c.getRestartCount() > 0),
                SECONDS,
                TimeUnit.SECONDS);
        String name = container.isEmpty()
                ? started.getSpec().getContainers().stream()
                        .map(Container::getName)
                        .findFirst()
                        .orElseThrow()
                : container;
        return pod.inContainer(name).getLog().strip();
    }
}
