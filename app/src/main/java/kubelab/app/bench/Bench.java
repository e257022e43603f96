package kubelab.app.bench;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;

/** Takes all figures, one after another; whatever one of them fails by is its note, and the others go on. */
public final class Bench {
    private static final int NODES = 3;
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** After so long each figure gets one pair only, so that a run stays near ten minutes. */
    private static final Duration UNHURRIED = Duration.ofMinutes(10);

    private final List<String> java;
    private final Path root;
    private final Optional<ClusterSpec> real;
    private final Sizes sizes;
    private final Consumer<String> progress;
    private final List<Figure> figures = new ArrayList<>();
    private final long began = System.nanoTime();

    /**
     * @param java a command line for a JVM as the program's own
     * @param root the checkout; in it is the launcher
     * @param real the cluster to compare with
     */
    public Bench(List<String> java, Path root, Optional<ClusterSpec> real, Sizes sizes, Consumer<String> progress) {
        this.java = java;
        this.root = root;
        this.real = real;
        this.sizes = sizes;
        this.progress = progress;
    }

    /** Measures once on a cluster. */
    private interface Measurement {
        double take(Target target) throws Exception;
    }

    /** Measures once on something else. */
    private interface Take {
        double take() throws Exception;
    }

    public List<Figure> run() throws IOException, InterruptedException {
        starts();
        inside();
        checks();
        progress.accept("starting both clusters");
        try (EmbeddedProcess process = new EmbeddedProcess(java, NODES);
                Cluster other = real.map(spec -> Clusters.start(spec.withNodes(NODES), step -> {}))
                        .orElse(null)) {
            try (Target embedded = new Target(process.kubeconfig(), CLIENTS).prepare();
                    Target opposite = other == null ? null : new Target(other.kubeconfig(), CLIENTS).prepare()) {
                requests(embedded, Optional.ofNullable(opposite));
                workloads(embedded, Optional.ofNullable(opposite));
                memory(process, embedded, Optional.ofNullable(other), Optional.ofNullable(opposite));
            }
        }
        return figures;
    }

    /** Only {@link #checks}. */
    public List<Figure> runChecks() {
        checks();
        return figures;
    }

    private void starts() {
        List<Double> e = new ArrayList<>();
        List<Double> r = new ArrayList<>();
        String note = samples("start embedded", sizes.starts(), e, () -> {
            long begin = System.nanoTime();
            try (EmbeddedProcess process = new EmbeddedProcess(java, 1)) {
                firstDeployment(process.kubeconfig());
                return (System.nanoTime() - begin) / 1e6;
            }
        });
        if (real.isPresent()) {
            note += samples("start real", sizes.realStarts(), r, () -> {
                long begin = System.nanoTime();
                try (Cluster cluster = Clusters.start(real.get().withNodes(1), step -> {})) {
                    firstDeployment(cluster.kubeconfig());
                    return (System.nanoTime() - begin) / 1e6;
                }
            });
        }
        figures.add(new Figure(
                "start",
                "From nothing to a Deployment of 3 available, 1 node",
                "ms",
                false,
                new Goal.Times(4),
                e,
                r,
                note));
    }

    private static void firstDeployment(String kubeconfig) {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            Target.deployment(client, "default", 3);
            Target.awaitAvailable(client, "default", 3);
        }
    }

    /** What only the embedded cluster can do. */
    private void inside() {
        alone("another", "A further cluster in a running JVM", "ms", false, new Goal.AtMost(150, "ms"), 1, process -> {
            ask(process, "another", PATIENCE); // the first is no further one, its code is still cold
            return ask(process, "another", PATIENCE);
        });
        int pods = sizes.pods();
        alone(
                "pods",
                String.format("%,d Pods on 100 nodes", pods),
                "Pods/s",
                true,
                new Goal.AtLeast(500, "Pods/s"),
                100,
                process -> pods / (ask(process, "pods " + pods, PATIENCE) / 1000));
        alone(
                "day",
                "A fast-forwarded day, 10 nodes, 100 Pods, 3 hourly CronJobs",
                "s",
                false,
                new Goal.AtMost(10, "s"),
                10,
                process -> {
                    ask(process, "prepare-day", PATIENCE);
                    return ask(process, "day", sizes.day()) / 1000;
                });
    }

    /** What a learner waits for most: the course, and state exercises that watch for less than a second by themselves. */
    private void checks() {
        Path launcher = root.resolve(File.separatorChar == '\\' ? "kubelab.cmd" : "kubelab");
        Path answer = root.resolve("solutions/src/main/java/kubelab/labs/services/AnotherName.java");
        List<String> exercises = List.of("pods-2", "services-4", "scheduler-1");
        List<List<Double>> checked =
                exercises.stream().<List<Double>>map(id -> new ArrayList<>()).toList();
        List<Double> broken = new ArrayList<>();
        List<Double> right = new ArrayList<>();
        int times = sizes.starts();
        List<Double> course = new ArrayList<>();
        int courses = Math.min(2, times);
        StringBuilder note = new StringBuilder();
        try (Shell shell = new Shell(launcher)) {
            note.append(samples("course", courses, course, () -> shell.course() / 1000));
            note.append(samples("up", 1, new ArrayList<>(), shell::up));
            for (int i = 0; i < exercises.size(); i++) {
                String id = exercises.get(i);
                // the first of each warms up
                note.append(samples("check " + id, 1, new ArrayList<>(), () -> shell.check(id)));
                note.append(samples("check " + id, times, checked.get(i), () -> shell.check(id)));
            }
            try (Shell.Watch watch = shell.new Watch("services-4", answer)) {
                note.append(samples("save a right answer", 1, new ArrayList<>(), watch::right));
                note.append(samples("save a broken answer", times, broken, watch::broken));
                note.append(samples("save a right answer", times, right, watch::right));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            note.append(e.getMessage());
        }
        figures.add(new Figure(
                "course",
                "`./kubelab course`, all chapters, nothing solved yet",
                "s",
                false,
                new Goal.AtMost(60, "s"),
                course,
                List.of(),
                note.toString()));
        for (int i = 0; i < exercises.size(); i++) {
            String title = "`./kubelab check " + exercises.get(i) + "` beside `./kubelab up`";
            figures.add(check("check-" + exercises.get(i), title, 3_000, checked.get(i), note.toString()));
        }
        String watched = "`check --watch services-4`: from a save to ";
        figures.add(check("watch-broken", watched + "the compiler's message", 1_000, broken, note.toString()));
        figures.add(check("watch-right", watched + "the verdict on a right answer", 3_000, right, note.toString()));
    }

    private static Figure check(String id, String title, double most, List<Double> samples, String note) {
        return new Figure(id, title, "ms", false, new Goal.AtMost(most, "ms"), samples, List.of(), note);
    }

    private interface Inside {
        double take(EmbeddedProcess process) throws Exception;
    }

    private void alone(String id, String title, String unit, boolean more, Goal goal, int nodes, Inside inside) {
        List<Double> e = new ArrayList<>();
        int times = id.equals("day") ? 1 : rounds();
        String note = samples(id, times, e, () -> {
            try (EmbeddedProcess process = new EmbeddedProcess(java, nodes)) {
                return inside.take(process);
            }
        });
        figures.add(new Figure(id, title, unit, more, goal, e, List.of(), note));
    }

    private static double ask(EmbeddedProcess process, String what, Duration time)
            throws IOException, InterruptedException {
        OptionalDouble millis = process.ask(what, time);
        return millis.orElseThrow(() -> new IllegalStateException("not finished within " + time.toSeconds() + " s"));
    }

    private void requests(Target e, Optional<Target> r) {
        request("get", "get", 8, e, r, Target::get);
        request("create", "create", 8, e, r, Target::create);
        request("patch", "merge patch", 4, e, r, Target::mergePatch);
        request("apply", "server-side apply", 4, e, r, Target::apply);
        request("list", "list of 1,801", 4, e, r, Target::list);
        request("page", "page of 500", 4, e, r, Target::page);
        pair(
                "watch",
                "200 events to 100 watchers",
                "events/s",
                true,
                new Goal.Times(1),
                e,
                r,
                target -> target.watch(100, sizes.rounds() > 1 ? 200 : 20));
    }

    private interface Kind {
        void send(Target target, KubernetesClient by, int client, int number);
    }

    private void request(String id, String title, int clients, Target e, Optional<Target> r, Kind kind) {
        pair(id + "-1", title + ", 1 client, p50", "ms", false, new Goal.Times(1), e, r, target -> load(target, 1, kind)
                .p50());
        pair(
                id + "-" + clients,
                title + ", " + clients + " clients",
                "1/s",
                true,
                new Goal.Times(1),
                e,
                r,
                target -> load(target, clients, kind).perSecond());
    }

    private Load.Rate load(Target target, int clients, Kind kind) throws InterruptedException {
        return Load.run(
                target.clients(clients), sizes.block(), (by, client, number) -> kind.send(target, by, client, number));
    }

    private void workloads(Target e, Optional<Target> r) {
        List<List<Double>> up = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Double>> scaled = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Double>> gone = List.of(new ArrayList<>(), new ArrayList<>());
        StringBuilder note = new StringBuilder();
        // the first round warms up: images, and both control planes
        int rounds = rounds();
        for (int round = 0; round <= rounds; round++) {
            for (int side : r.isPresent() ? List.of(round % 2, 1 - round % 2) : List.of(0)) {
                progress.accept(
                        "Deployment, scale, delete on " + (side == 0 ? "embedded" : "real") + ", round " + round);
                Target target = side == 0 ? e : r.orElseThrow();
                String name = "deploy-" + round + "-" + Long.toString(System.nanoTime(), 36);
                try {
                    double first = target.deploy(name, 3).toNanos() / 1e6;
                    double more = target.scale(name, 30).toNanos() / 1e6;
                    double end = target.delete(name).toNanos() / 1e6;
                    if (round > 0) {
                        up.get(side).add(first);
                        scaled.get(side).add(more);
                        gone.get(side).add(end);
                    }
                } catch (RuntimeException | InterruptedException failed) {
                    note.append(failed.getMessage());
                }
            }
        }
        figures.add(new Figure(
                "deploy",
                "Deployment of 3 available",
                "ms",
                false,
                new Goal.AtMost(200, "ms"),
                up.get(0),
                up.get(1),
                note.toString()));
        figures.add(new Figure(
                "scale", "scale 3 → 30", "ms", false, new Goal.AtMost(500, "ms"), scaled.get(0), scaled.get(1), ""));
        figures.add(new Figure(
                "gone",
                "namespace with all that gone",
                "ms",
                false,
                new Goal.AtMost(500, "ms"),
                gone.get(0),
                gone.get(1),
                ""));
    }

    private void memory(EmbeddedProcess process, Target e, Optional<Cluster> other, Optional<Target> r) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        String note = samples("memory embedded", 1, ours, () -> {
            e.deploy("memory", 100);
            return process.memory().orElseThrow();
        });
        if (r.isPresent()) {
            note += samples("memory real", 1, theirs, () -> {
                r.get().deploy("memory", 100);
                return other.orElseThrow().containerMemory().orElseThrow() / 1024.0 / 1024.0;
            });
        }
        figures.add(new Figure(
                "memory",
                "Memory with 3 nodes, 100 Pods and 1,800 objects, after all this",
                "MiB",
                false,
                new Goal.Times(3),
                ours,
                theirs,
                note));
    }

    /** The same on both, in turn, so that whatever else the machine does meets both alike. */
    private void pair(
            String id,
            String title,
            String unit,
            boolean more,
            Goal goal,
            Target e,
            Optional<Target> r,
            Measurement measurement) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        String note = "";
        int rounds = rounds();
        for (int round = 0; round <= rounds && note.isEmpty(); round++) {
            // the first round warms up
            List<Double> keepOurs = round == 0 ? new ArrayList<>() : ours;
            List<Double> keepTheirs = round == 0 ? new ArrayList<>() : theirs;
            boolean weFirst = round % 2 == 0;
            if (weFirst) {
                note += samples(title + " on embedded", 1, keepOurs, () -> measurement.take(e));
            }
            if (r.isPresent()) {
                note += samples(title + " on real", 1, keepTheirs, () -> measurement.take(r.get()));
            }
            if (!weFirst) {
                note += samples(title + " on embedded", 1, keepOurs, () -> measurement.take(e));
            }
        }
        figures.add(new Figure(id, title, unit, more, goal, ours, theirs, note));
    }

    private int rounds() {
        return System.nanoTime() - began > UNHURRIED.toNanos() ? 1 : sizes.rounds();
    }

    /** @return what went wrong, if something did */
    private String samples(String what, int times, List<Double> into, Take take) {
        for (int i = 0; i < times; i++) {
            progress.accept(what + (times > 1 ? ", " + (i + 1) + " of " + times : ""));
            try {
                into.add(take.take());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            } catch (Exception e) {
                String message =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                return what + ": " + message;
            }
        }
        return "";
    }
}
