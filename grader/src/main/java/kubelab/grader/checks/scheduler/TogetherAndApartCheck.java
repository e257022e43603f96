package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Placement;

/**
 * scheduler-1. A cache runs on a node that chance picks. The check takes it away, puts it elsewhere, and at last puts one
 * on every node: what is required must then wait or follow, what is preferred must give way.
 */
final class TogetherAndApartCheck implements Check {
    private static final int REPLICAS = 3;
    private static final Map<String, String> CACHE = Map.of("app", "cache");

    private int chance;

    @Override
    public void plan(CheckContext run) {
        chance = run.random().nextInt(Integer.MAX_VALUE);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        List<String> nodes = Placement.nodeNames(run);
        Placement.create(run, "cache", CACHE, nodes.get(chance % nodes.size()));
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("together", "Every Pod of web runs where the cache runs", 3)
                        .hint(2)
                        .shownBy("get pods -o wide")
                        .when(this::together),
                Criterion.of("apart", "No Pod of backup runs where the cache runs", 3)
                        .hint(2)
                        .shownBy("get pods -o wide")
                        .when(this::apart),
                Criterion.of("waits", "Without a cache, new Pods of web wait", 1)
                        .hidden()
                        .needs("together")
                        .hint(2)
                        .shownBy("get pods -l app=web -o wide")
                        .first(this::takeAway)
                        .when(this::waits),
                Criterion.of("follows", "When the cache is on another node, new Pods of web go there", 1)
                        .hidden()
                        .needs("together")
                        .hint(1)
                        .shownBy("get pods -o wide")
                        .first(this::move)
                        .within(Duration.ofSeconds(25))
                        .when(this::together),
                Criterion.of("gives-way", "With a cache on every node, new Pods of backup run nevertheless", 2)
                        .hidden()
                        .needs("apart")
                        .hint(3)
                        .shownBy("describe pods -l app=backup")
                        .first(this::everywhere)
                        .when(this::runsAnyway));
    }

    private Observation together(CheckContext run) {
        String expected = "the " + REPLICAS + " Pods of web, running on the cache's node";
        List<Pod> web = Placement.live(run, "web");
        Optional<String> cache =
                Placement.live(run, "cache").stream().findFirst().flatMap(Placement::node);
        if (cache.isEmpty()) {
            return Observation.never(expected, "the Pod cache is gone");
        }
        Optional<Observation> missing = incomplete(run, "web", web, expected);
        if (missing.isPresent()) {
            return missing.get();
        }
        long there = web.stream().filter(p -> Placement.node(p).equals(cache)).count();
        return there == web.size()
                ? Observation.holds("all of them")
                : Observation.notYet(expected, there + " of them there, the others elsewhere");
    }

    private Observation apart(CheckContext run) {
        String expected = "the " + REPLICAS + " Pods of backup, running on other nodes than the cache's";
        List<Pod> backup = Placement.live(run, "backup");
        Optional<Observation> missing = incomplete(run, "backup", backup, expected);
        if (missing.isPresent()) {
            return missing.get();
        }
        TreeSet<String> caches = new TreeSet<>();
        Placement.live(run, "cache").forEach(p -> Placement.node(p).ifPresent(caches::add));
        long there = backup.stream()
                .filter(p -> Placement.node(p).filter(caches::contains).isPresent())
                .count();
        return there == 0
                ? Observation.holds("none of them")
                : Observation.notYet(expected, there + " of them on the cache's node");
    }

    /** Says so if there are too few Pods or some of them do not run. */
    private static Optional<Observation> incomplete(CheckContext run, String app, List<Pod> pods, String expected) {
        if (pods.size() != REPLICAS) {
            boolean made = run.client()
                            .apps()
                            .deployments()
                            .inNamespace(run.namespace())
                            .withName(app)
                            .get()
                    != null;
            return Optional.of(Observation.notYet(
                    expected,
                    made ? pods.size() + " Pods with the label app=" + app : "there is no Deployment " + app));
        }
        long waiting = pods.stream().filter(p -> Placement.node(p).isEmpty()).count();
        if (waiting > 0) {
            return Optional.of(Observation.notYet(expected, waiting + " of them Pending: no node suits them"));
        }
        return pods.stream().allMatch(Placement::runs)
                ? Optional.empty()
                : Optional.of(Observation.notYet(expected, "some of them do not run"));
    }

    private void takeAway(CheckContext run) {
        Placement.remove(run, "cache");
        Placement.live(run, "web").forEach(p -> run.deletePod(p.getMetadata().getName()));
    }

    private Observation waits(CheckContext run) {
        List<Pod> web = Placement.live(run, "web");
        String expected = "Pods of web that wait while there is no cache";
        if (web.stream().anyMatch(p -> Placement.node(p).isPresent())) {
            return Observation.never(expected, "they were given nodes");
        }
        return web.size() == REPLICAS
                        && web.stream().allMatch(p -> Placement.unschedulable(p).isPresent())
                ? Observation.holds("Pending")
                : Observation.notYet(expected, web.size() + " Pods");
    }

    /** Pods of web that were placed without a cache start anew: their wishes counted when they were placed. */
    private void move(CheckContext run) {
        List<String> nodes = Placement.nodeNames(run);
        Placement.create(run, "cache", CACHE, nodes.get((chance + 1) % nodes.size()));
        Placement.live(run, "web").stream()
                .filter(p -> Placement.node(p).isPresent())
                .forEach(p -> run.deletePod(p.getMetadata().getName()));
    }

    private void everywhere(CheckContext run) {
        List<String> taken = Placement.live(run, "cache").stream()
                .flatMap(p -> Placement.node(p).stream())
                .toList();
        for (String node : Placement.nodeNames(run)) {
            if (!taken.contains(node)) {
                Placement.create(run, "cache-" + run.word(), CACHE, node);
            }
        }
        Placement.live(run, "backup").forEach(p -> run.deletePod(p.getMetadata().getName()));
    }

    private Observation runsAnyway(CheckContext run) {
        String expected = "the " + REPLICAS + " Pods of backup, running";
        List<Pod> backup = Placement.live(run, "backup");
        if (backup.stream().anyMatch(p -> Placement.unschedulable(p).isPresent())) {
            return Observation.never(expected, "Pods that wait for a node without a cache");
        }
        return incomplete(run, "backup", backup, expected)
                .orElseGet(() -> Observation.holds("a wish, not a condition"));
    }
}
