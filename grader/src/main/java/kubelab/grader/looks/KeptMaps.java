package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;
import kubelab.labkit.component.ReconcilerHarness;

/** ConfigMaps whose number a learner's control loop keeps, and others that it leaves alone. One object an exercise's run. */
public final class KeptMaps {
    private static final Duration QUIET = Duration.ofMillis(2500);
    private static final int STORM = 30;
    /** A loop that compares comes to rest after fewer changes than this, also after a storm. */
    private static final int RESTLESS = 60;

    private static final String KEEP = "as many ConfigMaps with these labels as desired";

    private final String desired;
    private final Map<String, String> labels;
    private final ReconcilerHarness harness;
    private final Set<String> strangers = new TreeSet<>();
    private final Set<String> deleted = new TreeSet<>();
    private Set<String> seen = Set.of();
    private int replicas;
    private int changes;
    private int written = -1;
    private long since;

    /**
     * @param desired the ConfigMap that says what is desired
     * @param labels of what is kept
     */
    public KeptMaps(String desired, Map<String, String> labels, ReconcilerHarness harness) {
        this.desired = desired;
        this.labels = labels;
        this.harness = harness;
    }

    /** An act: ConfigMaps that have none or one of the labels are made, then the one that says how many are desired. */
    public void begin(CheckContext run, int number) {
        make(run, "stranger-" + run.word(), Map.of("other", "yes"));
        labels.forEach((key, value) -> {
            make(run, "stranger-" + run.word(), Map.of(key, value));
            make(run, "stranger-" + run.word(), Map.of(key, value + "-2"));
        });
        run.client().configMaps().inNamespace(run.namespace()).list().getItems().stream()
                .map(map -> map.getMetadata().getUid())
                .forEach(strangers::add);
        replicas = number;
        changes = 0;
        run.create("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                data: {replicas: "%d", selector: "%s"}
                """.formatted(
                        desired,
                        number,
                        labels.entrySet().stream()
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .collect(Collectors.joining(","))));
    }

    /** An act: another number is desired. */
    public void desire(CheckContext run, int number) {
        replicas = number;
        changes = 0;
        run.client().configMaps().inNamespace(run.namespace()).withName(desired).edit(map -> new ConfigMapBuilder(map)
                .addToData("replicas", String.valueOf(number))
                .build());
        run.touched();
    }

    /** An act: some are deleted, as another user might. */
    public void deleteSome(CheckContext run, int number) {
        changes = 0;
        kept(run).stream().limit(number).forEach(map -> {
            deleted.add(map.getMetadata().getUid());
            delete(run, map);
        });
        run.touched();
    }

    /** An act: they are deleted, and others with the labels are made, in an order that the seed decides. */
    public void storm(CheckContext run) {
        changes = 0;
        for (int i = 0; i < STORM; i++) {
            List<ConfigMap> kept = kept(run);
            if (kept.isEmpty() || run.random().nextBoolean()) {
                make(run, "storm-" + run.word() + "-" + i, labels);
            } else {
                delete(run, kept.get(run.random().nextInt(kept.size())));
            }
        }
        run.touched();
    }

    /** As many as desired; never, once they have changed so often that the loop will not come to rest. */
    public Observation number(CheckContext run) {
        run.note("replicas", replicas);
        Set<String> now =
                kept(run).stream().map(map -> map.getMetadata().getUid()).collect(Collectors.toSet());
        if (!now.equals(seen)) {
            seen = now;
            changes++;
            run.touched(); // the loop is at work, which no other object shows
        }
        if (changes > RESTLESS) {
            return Observation.never(KEEP, "they change again and again");
        }
        int found = now.size();
        if (found == replicas) {
            return Observation.holds("as many as desired");
        }
        return Observation.notYet(KEEP, found == 0 ? "none" : found < replicas ? "fewer" : "more");
    }

    /** The same, and those that were deleted are not among them. */
    public Observation replaced(CheckContext run) {
        boolean back = kept(run).stream()
                .anyMatch(map -> deleted.contains(map.getMetadata().getUid()));
        return back ? Observation.notYet(KEEP, "deleted ones are still there") : number(run);
    }

    /** What has not all of the labels is there still, and so is what says how many are desired. */
    public Observation strangersStay(CheckContext run) {
        List<ConfigMap> all =
                run.client().configMaps().inNamespace(run.namespace()).list().getItems();
        Set<String> gone = new TreeSet<>(strangers);
        all.forEach(map -> gone.remove(map.getMetadata().getUid()));
        return Observation.unless(
                !gone.isEmpty()
                        || all.stream()
                                .noneMatch(map -> map.getMetadata().getName().equals(desired)),
                "all of them",
                "ConfigMaps that do not have all of the labels to stay",
                "one of them was deleted");
    }

    /** The number is right, and the loop asks for no more writes. To be looked at again and again. */
    public Observation isQuiet(CheckContext run) {
        int now = harness.writes().size();
        run.note("writes", now);
        if (now != written || kept(run).size() != replicas) {
            written = now;
            since = System.nanoTime();
        }
        return System.nanoTime() - since >= QUIET.toNanos()
                ? Observation.holds("it rests")
                : Observation.notYet("no writes once the number is right", "it goes on writing");
    }

    private List<ConfigMap> kept(CheckContext run) {
        return run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withLabels(labels)
                .list()
                .getItems();
    }

    private static void make(CheckContext run, String name, Map<String, String> labels) {
        run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build())
                .create();
    }

    private static void delete(CheckContext run, ConfigMap map) {
        run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withName(map.getMetadata().getName())
                .delete();
    }
}
