package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.grader.check.CheckContext;

/** A Pod for each way in which Pods come about, and what is at the root of each. One object an exercise's run. */
public final class OwnedPods {
    private static final String CONTROLLER =
            ", ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: true}]";
    private static final String POD = "{terminationGracePeriodSeconds: 0, containers: [{name: main, image: %s}]"
            .formatted("\"" + Placement.PAUSE + "\"");
    /** Name, owner, kind, label. */
    private static final String SET = """
            apiVersion: apps/v1
            kind: %3$s
            metadata: {name: %1$s%2$s}
            spec:
              replicas: 1
              selector: {matchLabels: {trial: %4$s}}
              template:
                metadata: {labels: {trial: %4$s}}
                spec: %5$s}
            """;

    private static final String JOB = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: %s%s}
            spec:
              template:
                metadata: {labels: {trial: %s}}
                spec: %s, restartPolicy: Never}
            """;
    private static final String CRON_JOB = """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: %s}
            spec:
              schedule: "0 0 1 1 *"
              suspend: true
              jobTemplate: {spec: {template: {spec: %s, restartPolicy: Never}}}}
            """;
    private static final String BARE = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, labels: {trial: %s, app: %s}%s}
            spec: %s}
            """;

    /**
     * How a Pod came about. OPERATED: by a Deployment that a ConfigMap controls; OWNED: by hand, with an owner that is no
     * controller; ADOPTED: the same, and a ReplicaSet has taken it over.
     */
    public enum Origin {
        DEPLOYMENT,
        OPERATED,
        REPLICA_SET,
        JOB,
        CRON_JOB,
        STATEFUL_SET,
        BARE,
        OWNED,
        ADOPTED
    }

    private final Map<Origin, String> labels = new EnumMap<>(Origin.class);
    private final Map<Origin, String> roots = new EnumMap<>(Origin.class);
    private final Map<Origin, String> names = new EnumMap<>(Origin.class);
    private final List<String> words = new ArrayList<>();

    /** Draws labels and names. */
    public void plan(CheckContext run) {
        Arrays.stream(Origin.values()).forEach(origin -> labels.put(origin, run.word()));
        for (int i = 0; i < 9; i++) {
            words.add(run.word());
        }
    }

    /** Returns when all of them run. */
    public void create(CheckContext run) {
        set(run, Origin.DEPLOYMENT, "Deployment", words.get(0), "");
        String configMap = configMap(run, words.get(1));
        set(
                run,
                Origin.OPERATED,
                "Deployment",
                words.get(2),
                CONTROLLER.formatted("v1", "ConfigMap", words.get(1), configMap));
        roots.put(Origin.OPERATED, "ConfigMap/" + words.get(1));
        set(run, Origin.REPLICA_SET, "ReplicaSet", words.get(3), "");
        set(run, Origin.STATEFUL_SET, "StatefulSet", words.get(4), "");
        jobs(run);
        bare(run, Origin.BARE, words.get(0) + "-7d4f9c6b5-" + run.word(), "");
        String owner = words.get(7);
        String owned = ", ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s}]"
                .formatted(owner, configMap(run, owner));
        bare(run, Origin.OWNED, run.word(), owned);
        String adopted = run.word();
        bare(run, Origin.ADOPTED, adopted, owned);
        // a ReplicaSet that does not know of it yet would make one of its own
        run.await(
                "the Pod that a ReplicaSet takes over",
                () -> run.pod(adopted).filter(Placement::runs).isPresent());
        set(run, Origin.ADOPTED, "ReplicaSet", words.get(8), "");
        labels.forEach(
                (origin, label) -> run.await("the Pod with the label trial=" + label, () -> isThere(run, origin)));
    }

    private boolean isThere(CheckContext run, Origin origin) {
        var pods = run.client()
                .pods()
                .inNamespace(run.namespace())
                .withLabel("trial", label(origin))
                .list()
                .getItems();
        pods.forEach(pod -> names.put(origin, Pods.name(pod)));
        return pods.size() == 1
                && Placement.runs(pods.get(0))
                && (origin != Origin.ADOPTED
                        || pods.get(0).getMetadata().getOwnerReferences().size() == 2);
    }

    private void set(CheckContext run, Origin origin, String kind, String name, String owner) {
        run.create(SET.formatted(name, owner, kind, label(origin), POD));
        roots.put(origin, kind + "/" + name);
    }

    /** One Job is called as if the CronJob had made it, and has no owner. */
    private void jobs(CheckContext run) {
        String cron = words.get(5);
        run.create(CRON_JOB.formatted(cron, POD));
        HasMetadata owner = run.client()
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(run.namespace())
                .withName(cron)
                .require();
        String controlled = CONTROLLER.formatted(
                "batch/v1", "CronJob", cron, owner.getMetadata().getUid());
        run.create(JOB.formatted(words.get(6), controlled, label(Origin.CRON_JOB), POD));
        run.create(JOB.formatted(cron + "-29000000", "", label(Origin.JOB), POD));
        roots.put(Origin.CRON_JOB, "CronJob/" + cron);
        roots.put(Origin.JOB, "Job/" + cron + "-29000000");
    }

    private void bare(CheckContext run, Origin origin, String name, String owner) {
        run.create(BARE.formatted(name, label(origin), words.get(0), owner, POD));
        roots.put(origin, "Pod/" + name);
    }

    private static String configMap(CheckContext run, String name) {
        Given.configMap(run, name, Map.of());
        return run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
    }

    public String label(Origin origin) {
        return labels.getOrDefault(origin, "");
    }

    public String root(Origin origin) {
        return roots.getOrDefault(origin, "");
    }

    public String name(Origin origin) {
        return names.getOrDefault(origin, "");
    }

    /** The Pods' names. */
    public Collection<String> names() {
        return names.values();
    }

    /** What is wrong with an answer to where it came from, in words; empty for a right one. */
    public Optional<String> wrong(Origin origin, String given) {
        if (given.equals(root(origin))) {
            return Optional.empty();
        }
        String kind = given.replaceFirst("/.*", "");
        if (kind.isEmpty()) {
            return Optional.of("nothing");
        } else if (given.equalsIgnoreCase(root(origin))) {
            return Optional.of("the right object, and a kind in small letters");
        }
        boolean right = root(origin).startsWith(kind + "/");
        return Optional.of(right ? "the right kind, and a different name" : "an object of the kind " + kind);
    }
}
