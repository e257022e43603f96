package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kubelab.containers.clock.ClusterClock;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.NodeNetwork;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.transport.InProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what a real Kubernetes 1.34 wrote into the status of Pods: each status seen there must be seen here, in the
 * same order. (Here may be more: a real kubelet looks once a second and misses what is shorter.) Events likewise.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodTranscriptTest {
    // Not any number: those that crash again and again must be waiting when they are deleted, as they were there.
    private static final Duration LIFE = Duration.ofSeconds(36);
    private static final Duration STEP = Duration.ofMillis(50);

    private final ClusterClock clock = new ClusterClock();
    private final ClusterNetwork network = new ClusterNetwork(clock);
    private final ApiServer server = ApiServer.builder(clock).build();
    private final InProcess transport = new InProcess(server);
    private final KubernetesClient client = transport.clientFor(User.of("system:admin", User.MASTERS));
    private final Kubelets kubelets = new Kubelets(client, clock, ClusterConfig.DEFAULT);
    private AtomicInteger busy = new AtomicInteger();
    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> events = new ConcurrentHashMap<>();

    @BeforeAll
    void live_through_all_pods_at_once() throws Exception {
        for (String name : List.of("default", "kube-node-lease")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        client.resource("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"kube-root-ca.crt\","
                        + "\"namespace\":\"default\"},\"data\":{\"ca.crt\":\"x\"}}")
                .create();
        NodeNetwork node = network.node("server", "172.18.0.2", "10.42.0.0/24");
        FakeRuntime runtime = new FakeRuntime(clock, node);
        busy = runtime.busy;
        kubelets.start(NodeConfig.of("server", "172.18.0.2", "10.42.0.0/24", Map.of()), runtime, node.host());
        client.pods().inNamespace("default").watch(new Recorder());
        client.v1().events().inNamespace("default").watch(new EventRecorder());
        for (String name : names().toList()) {
            Pod pod = client.getKubernetesSerialization().unmarshal(read("pods", name + ".yaml"), Pod.class);
            pod.getSpec().setNodeName("server");
            client.pods().inNamespace("default").resource(pod).create();
        }
        pass(LIFE);
        client.pods().inNamespace("default").delete();
        pass(Duration.ofSeconds(12));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            pass(Duration.ofSeconds(1));
            return client.pods().inNamespace("default").list().getItems().isEmpty();
        });
    }

    @AfterAll
    void close() {
        kubelets.close();
        network.close();
        client.close();
        transport.close();
        server.close();
        clock.close();
    }

    static Stream<String> names() throws IOException, URISyntaxException {
        Path directory =
                Path.of(PodTranscriptTest.class.getResource("transcripts").toURI());
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString().replace(".txt", "")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void states_come_in_the_order_of_the_real_one(String name) {
        List<String> here = seen.getOrDefault(name, List.of()).stream()
                .map(PodTranscriptTest::comparable)
                .toList();
        int position = 0;
        for (String there : expected(name)) {
            int found = here.subList(position, here.size()).indexOf(there);
            assertThat(found)
                    .as(
                            "status of pod %s in the real cluster:%n%s%nis not among those here after number %d:%n%s",
                            name, there, position, String.join("\n", here.subList(position, here.size())))
                    .isNotNegative();
            position += found;
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void events_are_those_of_the_real_one(String name) {
        String text = read("transcripts", name + ".txt");
        List<String> there =
                text.substring(text.indexOf("EVENTS\n") + 7).lines().toList();
        assertThat(events.getOrDefault(name, Set.of()))
                .as("events of pod %s", name)
                .containsExactlyInAnyOrderElementsOf(there);
    }

    /** What the real one wrote, as far as the time simulated here reaches: two restarts. */
    private static List<String> expected(String name) {
        String text = read("transcripts", name + ".txt");
        List<String> states = new ArrayList<>();
        for (String state : text.substring(0, text.indexOf("EVENTS\n")).split("\n(?! )")) {
            // Simplified: upstream counts a sidecar as ready one write after it has started.
            boolean between = state.contains("side ready=false started=true");
            boolean late = state.matches("(?s).*restarts=[3-9].*") && !state.contains(" deleted");
            if (!late && !between && !states.contains(comparable(state.stripTrailing()))) {
                states.add(comparable(state.stripTrailing()));
            }
        }
        return states;
    }

    /** How often it was restarted before it was deleted depends on the time only. */
    private static String comparable(String state) {
        return state.contains(" deleted")
                ? state.replaceAll("restarts=\\d+", "restarts=N").replaceAll("back-off [0-9ms]+", "back-off D")
                : state;
    }

    private void pass(Duration duration) throws InterruptedException {
        for (Duration d = Duration.ZERO; d.compareTo(duration) < 0; d = d.plus(STEP)) {
            clock.advance(STEP, () -> {
                // Programs and probes get all the real time they need before cluster time goes on.
                do {
                    Thread.sleep(2);
                } while (busy.get() > 0);
            });
        }
    }

    private static String read(String folder, String file) {
        try (InputStream in = PodTranscriptTest.class.getResourceAsStream(folder + "/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Recorder implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            if (action != Action.DELETED
                    && pod.getStatus() != null
                    && !pod.getStatus().getConditions().isEmpty()) {
                seen.computeIfAbsent(pod.getMetadata().getName(), n -> new ArrayList<>())
                        .add(Transcript.state(pod));
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }

    private final class EventRecorder implements Watcher<Event> {
        @Override
        public void eventReceived(Action action, Event event) {
            events.computeIfAbsent(event.getInvolvedObject().getName(), n -> new LinkedHashSet<>())
                    .add(Transcript.event(event));
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
