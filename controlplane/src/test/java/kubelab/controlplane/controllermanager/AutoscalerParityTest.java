package kubelab.controlplane.controllermanager;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import kubelab.containers.network.ClusterNetwork;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Autoscalers with given figures, compared with what Kubernetes 1.34.4 made of the same figures. All cases run at the same time,
 * those without a metrics API first. With {@code -Dupdate} and KUBECONFIG set, the answers are recorded from that cluster, which
 * must have no metrics server and reach this machine at {@code -Dkubelab.host}; {@code -Dcase} takes only the cases whose names match.
 */
class AutoscalerParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("controllermanager/autoscaling/answers.yaml");
    private static final Map<String, CompletableFuture<List<String>>> running = new LinkedHashMap<>();

    /** Shorter than the 15 seconds between two looks at an autoscaler. */
    private static final Duration STEP = Duration.ofSeconds(5);
    /** More would be late on two cores. */
    private static final int REAL_AT_ONCE = 8;

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static CaseClock clock;
    private static GivenMetrics metrics;
    private static MetricsAdapter adapter;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws Exception {
        if (UPDATE) {
            threads = Executors.newFixedThreadPool(REAL_AT_ONCE);
            client = new KubernetesClientBuilder().build();
            clock = CaseClock.real();
            metrics = new GivenMetrics(client, clock::now);
            String host = System.getProperty("kubelab.host", "172.17.0.1");
            adapter = new MetricsAdapter(
                    metrics,
                    client,
                    host,
                    Set.of("metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"));
            begin(false);
            CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
                    .handle((all, failed) -> all)
                    .join();
            adapter.register();
            begin(true);
            return;
        }
        threads = Executors.newCachedThreadPool();
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
        clock = CaseClock.of(cluster);
        metrics = new GivenMetrics(client, clock::now);
        MetricsForEmbeddedCluster given = new MetricsForEmbeddedCluster(metrics, cluster.apiServer());
        adapter = new MetricsAdapter(
                metrics, client, ClusterNetwork.OUTSIDE, Set.of("custom.metrics.k8s.io", "external.metrics.k8s.io"));
        begin(false);
        clock.passUntilAllEnded(cluster, STEP);
        given.register();
        adapter.register();
        begin(true);
        clock.passUntilAllEnded(cluster, STEP);
    }

    @AfterAll
    static void stop() throws Exception {
        threads.shutdownNow();
        adapter.close();
        if (UPDATE) {
            recorded.write(AutoscalerParityTest.class);
            client.close();
            return;
        }
        try {
            assertThat(ComponentRights.missing(cluster))
                    .as("rights that components lack")
                    .filteredOn(missing -> missing.startsWith("system:serviceaccount:"))
                    .isEmpty();
        } finally {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void ends_as_on_a_real_cluster(String name, List<String> expected) throws Throwable {
        List<String> answers;
        try {
            answers = running.get(name).join();
        } catch (CompletionException e) {
            throw e.getCause();
        }
        if (UPDATE) {
            recorded.record(name, answers);
        } else {
            assertThat(answers).as(name).isEqualTo(expected);
        }
    }

    static Stream<Arguments> all() {
        return recorded.cases().stream().map(test -> {
            String name = (String) test.get("name");
            return Arguments.of(name, recorded.of(name));
        });
    }

    @SuppressWarnings("unchecked")
    private static void begin(boolean served) {
        for (Map<String, Object> test : recorded.cases()) {
            if (served == test.containsKey("unserved")) {
                continue;
            }
            String name = (String) test.get("name");
            AutoscalerCases steps = new AutoscalerCases(client, metrics, clock, name);
            clock.begun();
            running.put(
                    name,
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    List<String> answers = steps.answers((List<Map<String, Object>>) test.get("steps"));
                                    steps.end();
                                    return answers;
                                } finally {
                                    clock.ended();
                                }
                            },
                            threads));
        }
    }
}
