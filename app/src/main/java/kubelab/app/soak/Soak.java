package kubelab.app.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RoundTrip;

/**
 * An embedded cluster under load: clients over TLS, gradings, notebooks, budgets, while the store is compacted and watches
 * are cut. Once a minute a round trip goes through the scheduler, each controller and each kubelet.
 */
public final class Soak {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int CLIENTS = 2;
    /** The audit trail keeps so many requests: it is filled before memory is measured. */
    private static final int KEPT_REQUESTS = 20_000;

    private static final int WARM_UP_SECONDS = 240;
    private static final double GROWTH = 1.2;
    private static final Duration FIRST_LOOK = Duration.ofMinutes(2);
    private static final int NODES = 3;

    private final Duration length;
    private final PrintStream out;
    private final Gate gate = new Gate();
    private final BlockedThreads blocked = new BlockedThreads();
    private final List<Long> trips = new ArrayList<>();
    private final List<String> misses = new ArrayList<>();
    private long heapEarly;

    /** @param length a whole number of minutes, at least one */
    public Soak(Duration length, PrintStream out) {
        this.length = length;
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param folder for logs and the kubeconfig
     * @param programs kubeconfig → gradings and notebooks
     * @return whether nothing was missed
     */
    public boolean run(Path folder, Function<Path, Programs> programs) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path kubeconfig = folder.resolve("kubeconfig");
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(NODES).start()) {
            cluster.writeKubeconfig(kubeconfig);
            while (cluster.audit().position() < KEPT_REQUESTS) {
                cluster.client()
                        .raw("/api/v1/namespaces/default?" + cluster.audit().position());
            }
            load(cluster, programs.apply(kubeconfig));
        } finally {
            gate.close();
            Files.deleteIfExists(kubeconfig);
        }
        return misses.isEmpty();
    }

    private void load(EmbeddedCluster cluster, Programs programs) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        Clients clients = new Clients(cluster.kubeconfig());
        for (int i = 0; i < CLIENTS; i++) {
            String name = "soak-client-" + i;
            threads.add(gate.start(name, Duration.ofSeconds(1), round -> clients.visit(name + "-" + round)));
        }
        threads.add(gate.start("soak-programs", Duration.ofSeconds(3), round -> programs.round(round, gate)));
        Random random = new Random(1);
        threads.add(gate.start("soak-trouble", Duration.ofSeconds(5), round -> {
            if (random.nextInt(3) == 0) {
                cluster.apiServer().compact();
            }
            if (random.nextInt(3) == 0) {
                cluster.dropWatches();
            }
        }));
        Thread looks = gate.start("soak-looks", Duration.ofSeconds(1), round -> blocked.look());

        // What each kind of load leaves in caches, the first time only, is not growth.
        out.println("Warming up, until each kind of load has come once (4 minutes at most) ...");
        for (int i = 0; i < WARM_UP_SECONDS && !isWarm(clients, programs); i++) {
            gate.pause(Duration.ofSeconds(1));
        }
        long begin = System.nanoTime();
        long early = early().toNanos();
        for (long minute = 1; minute <= length.toMinutes(); minute++) {
            if (heapEarly == 0 && early <= Duration.ofMinutes(minute).toNanos()) {
                until(begin, early);
                heapEarly = heap();
            }
            until(begin, Duration.ofMinutes(minute).toNanos());
            String line = roundTrip(cluster, "soak-trip-" + minute);
            out.printf(
                    Locale.ROOT,
                    "%3d min  %-60s  requests %,d  visits %d  gradings %d  notebooks %d  heap %d MiB%n",
                    minute,
                    line,
                    cluster.audit().position(),
                    clients.rounds(),
                    programs.gradings(),
                    programs.notebooks(),
                    used() >> 20);
        }
        gate.close();
        for (Thread thread : threads) {
            thread.join(120_000);
        }
        looks.join();
        // After what the load has left is gone.
        misses.addAll(cluster.stalled());
        long heapLate = heap();
        if (heapLate > GROWTH * heapEarly) {
            misses.add("the heap has grown from " + (heapEarly >> 20) + " to " + (heapLate >> 20) + " MiB, more than "
                    + GROWTH + " times");
        }
        blocked.hanging()
                .forEach((thread, lock) -> misses.add("thread " + thread + " was blocked for 10 s by " + lock));
        if (programs.failed().size() * 10 > programs.gradings() + programs.notebooks()) {
            misses.add("more than a tenth of the gradings and notebooks failed");
        }
        table(cluster, clients, programs, heapLate);
    }

    /** When memory is measured first: after 10 minutes of an hour, and not before the load has met most of what it meets. */
    private Duration early() {
        Duration sixth = length.dividedBy(6);
        Duration first = length.compareTo(FIRST_LOOK) < 0 ? length : FIRST_LOOK;
        return sixth.compareTo(first) < 0 ? first : sixth;
    }

    private static boolean isWarm(Clients clients, Programs programs) {
        return clients.rounds() >= 10 && programs.gradings() >= 1 && programs.notebooks() >= 1;
    }

    private String roundTrip(EmbeddedCluster cluster, String name) {
        RoundTrip.Result result = RoundTrip.run(cluster.client(), cluster.nodes(), name, LIMIT);
        misses.addAll(result.misses());
        result.misses().forEach(miss -> out.println("         MISSED " + miss));
        Map.Entry<String, Duration> slowest = Collections.max(result.times().entrySet(), Map.Entry.comparingByValue());
        trips.add(slowest.getValue().toMillis());
        return String.format(
                Locale.ROOT,
                "%d parts acted within %d ms (%s)",
                result.times().size(),
                slowest.getValue().toMillis(),
                slowest.getKey());
    }

    private void table(EmbeddedCluster cluster, Clients clients, Programs programs, long heapLate) {
        List<Long> sorted = trips.stream().sorted().toList();
        out.println();
        row("minutes", Long.toString(length.toMinutes()));
        row("requests", String.format(Locale.ROOT, "%,d", cluster.audit().position()));
        row("client visits, watch events seen", clients.rounds() + ", " + clients.events());
        row(
                "gradings, notebooks, of these failed",
                programs.gradings() + ", " + programs.notebooks() + ", "
                        + programs.failed().size());
        programs.failed().forEach(failed -> row("", failed));
        row(
                "slowest part of a round trip, median and worst (limit " + LIMIT.toMillis() + " ms)",
                sorted.get(sorted.size() / 2) + " ms, " + sorted.get(sorted.size() - 1) + " ms");
        row(
                "threads that were blocked for 10 s",
                Integer.toString(blocked.hanging().size()));
        row(
                "heap after collection, after " + early().toMinutes() + " min and at the end (limit " + GROWTH
                        + " times)",
                (heapEarly >> 20) + " MiB, " + (heapLate >> 20) + " MiB");
        row("missed", misses.isEmpty() ? "nothing" : "");
        misses.forEach(miss -> row("", miss));
    }

    private void row(String name, String value) {
        out.printf("%-85s %s%n", name, value);
    }

    private void until(long begin, long nanos) {
        gate.pause(Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - begin))));
    }

    /** The least of three collections: what is on its way meanwhile is not counted. */
    private long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, used());
            gate.pause(Duration.ofMillis(500));
        }
        return least;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
