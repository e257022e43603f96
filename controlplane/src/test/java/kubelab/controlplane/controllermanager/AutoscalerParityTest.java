package kubelab.controlplane.controllermanager;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
 * must have no metrics server; {@code -Dcase} takes only the cases whose names match.
 */
class AutoscalerParityTest {
    private static final String CASE = System.getProperty("case", "");
    private static final RecordedAnswers recorded = new RecordedAnswers("controllermanager/autoscaling/answers.yaml");
    private static final Map<String, CompletableFuture<List<String>>> running = new LinkedHashMap<>();

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static MetricsForRealCluster server;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws Exception {
        threads = UPDATE ? Executors.newFixedThreadPool(8) : Executors.newCachedThreadPool();
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
            GivenMetrics metrics = new GivenMetrics(client, Instant::now);
            server = new MetricsForRealCluster(metrics, client);
            begin(metrics, Instant::now, false);
            running.values().forEach(CompletableFuture::join);
            server.register();
            begin(metrics, Instant::now, true);
            return;
        }
        cluster = EmbeddedCluster.builder().nodes(6).start();
        client = cluster.client();
        GivenMetrics metrics = new GivenMetrics(client, cluster.clock()::now);
        MetricsForEmbeddedCluster given = new MetricsForEmbeddedCluster(metrics, cluster.apiServer());
        begin(metrics, cluster.clock()::now, false);
        passTime();
        given.register(cases());
        begin(metrics, cluster.clock()::now, true);
        passTime();
    }

    @AfterAll
    static void stop() throws Exception {
        threads.shutdownNow();
        if (UPDATE) {
            server.close();
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
        return cases().stream().map(test -> {
            String name = (String) test.get("name");
            return Arguments.of(name, recorded.of(name));
        });
    }

    @SuppressWarnings("unchecked")
    private static void begin(GivenMetrics metrics, Supplier<Instant> now, boolean served) {
        for (Map<String, Object> test : cases()) {
            if (served == test.containsKey("unserved")) {
                continue;
            }
            String name = (String) test.get("name");
            AutoscalerCases steps = new AutoscalerCases(client, metrics, now, name);
            running.put(
                    name,
                    CompletableFuture.supplyAsync(
                            () -> {
                                List<String> answers = steps.answers((List<Map<String, Object>>) test.get("steps"));
                                steps.end();
                                return answers;
                            },
                            threads));
        }
    }

    /** Until all that runs has ended; ten minutes of a cluster take some seconds. */
    private static void passTime() throws InterruptedException {
        AtomicReference<Boolean> ended = new AtomicReference<>(false);
        CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
                .whenComplete((all, failed) -> ended.set(true));
        while (!ended.get()) {
            cluster.advance(Duration.ofSeconds(1));
            // The steps are played by other threads: they must be able to follow.
            Thread.sleep(20);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> cases() {
        return ((List<Map<String, Object>>) recorded.cases())
                .stream()
                        .filter(test -> Pattern.compile(CASE)
                                .matcher((String) test.get("name"))
                                .find())
                        .toList();
    }
}
