package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.controlplane.apiserver.Faults;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches break in all the ways they can; afterwards every part of the control plane must still hear and act. */
class WatchTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedCluster cluster;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        // Watches that are being opened take other ways than those that are open.
        assertThat(RoundTrip.run(cluster.client(), cluster.nodes(), "before", PATIENCE)
                        .misses())
                .isEmpty();
    }

    @AfterEach
    void stop() {
        // A deadlocked cluster cannot be closed: the test shall fail, and not hang.
        if (ManagementFactory.getThreadMXBean().findDeadlockedThreads() == null) {
            cluster.close();
        }
    }

    /** The way back of a watch whose revision is gone: ERROR, end, list. In other rounds it is still on that way. */
    @Test
    void watches_that_break_while_the_store_is_compacted_come_back() {
        Random random = new Random(1);
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 10; i++) {
                write("round-" + round + "-" + i);
            }
            cluster.apiServer().compact();
            cluster.dropWatches();
            pause(random.nextInt(250));
            assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads())
                    .as("deadlocked threads in round " + round)
                    .isNull();
        }
        everyPartActs("after-compactions");
    }

    /** Where a watch is at its end by itself, as all are after half an hour, it goes another way than where it is cut. */
    @Test
    void watches_whose_time_is_over_end_and_their_clients_hear_of_it() {
        List<Watch> open = new ArrayList<>();
        AtomicInteger seen = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            open.add(cluster.client()
                    .configMaps()
                    .inNamespace("default")
                    .watch(new ListOptionsBuilder().withTimeoutSeconds(1L).build(), new Watcher<ConfigMap>() {
                        @Override
                        public void eventReceived(Action action, ConfigMap map) {
                            if (map.getMetadata().getName().equals("last")) {
                                seen.incrementAndGet();
                            }
                        }

                        @Override
                        public void onClose(WatcherException cause) {}
                    }));
        }
        for (int round = 0; round < 10; round++) {
            write("meanwhile-" + round);
            pause(400);
        }
        write("last");
        await("each of the watches has heard of the last object")
                .atMost(PATIENCE)
                .until(() -> seen.get() >= open.size());
        open.forEach(Watch::close);
        everyPartActs("after-timeouts");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void drops_compactions_refusals_and_delays_leave_no_part_deaf(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            List<Faults.Rule> rules = new ArrayList<>();
            if (random.nextBoolean()) {
                int[] codes = {429, 500, 503, 504};
                rules.add(cluster.faults()
                        .fail(
                                (user, r) -> user.startsWith("system:") && !user.equals("system:admin"),
                                codes[random.nextInt(codes.length)])
                        .some(random.nextDouble(), seed + round));
            }
            if (random.nextBoolean()) {
                Duration delay = Duration.ofMillis(random.nextInt(120));
                rules.add(cluster.faults()
                        .delay((user, r) -> r.verb().equals("watch") || r.verb().equals("list"), delay)
                        .some(0.5, seed - round));
            }
            for (int i = 0; i < 5; i++) {
                write("seed-" + round + "-" + i);
                if (random.nextInt(3) == 0) {
                    cluster.dropWatches();
                }
                if (random.nextInt(3) == 0) {
                    cluster.apiServer().compact();
                }
            }
            pause(random.nextInt(200));
            rules.forEach(Faults.Rule::close);
        }
        everyPartActs("after-seed-" + seed);
    }

    private void everyPartActs(String name) {
        assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads())
                .as("deadlocked threads")
                .isNull();
        // What failed often waits ever longer: a first round trip may be late, but not in vain.
        await("every part acts")
                .atMost(PATIENCE.multipliedBy(3))
                .pollInSameThread()
                .untilAsserted(() -> {
                    String fresh = name + "-" + System.nanoTime();
                    assertThat(RoundTrip.run(cluster.client(), cluster.nodes(), fresh, PATIENCE)
                                    .misses())
                            .isEmpty();
                });
    }

    private void write(String name) {
        try {
            cluster.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withNamespace("default")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException refused) {
            // A rule that is about everybody's requests.
        }
    }

    /** Trouble comes at different moments of a way back, chosen by the seed. */
    private void pause(int millis) {
        try {
            cluster.clock().sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
