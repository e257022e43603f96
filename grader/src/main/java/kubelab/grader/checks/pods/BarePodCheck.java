package kubelab.grader.checks.pods;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.cluster.Deadline;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Pods;
import org.jspecify.annotations.Nullable;

/**
 * pods-3. Four Pods whose names tell nothing: two that a controller replaces, one without an owner, and one whose owner
 * is no controller. What became of each is read from the cluster, by the label that a Pod shares with its successor.
 */
final class BarePodCheck implements Check {
    private static final String SPEC = """
            spec: {terminationGracePeriodSeconds: 1, containers: [{name: pause, image: "registry.k8s.io/pause:3.10"}]}
            """;
    private static final String BARE = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s-%2$s, labels: {trial: %1$s}%3$s}
            """ + SPEC;
    private static final Duration EVENTS = Duration.ofSeconds(5);
    private static final String OWNER = ", ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s}]";
    private static final String CONTROLLED = """
            apiVersion: apps/v1
            kind: %1$s
            metadata: {name: %2$s}
            spec:
              replicas: 1
              selector: {matchLabels: {trial: %2$s}}
              template:
                metadata: {labels: {trial: %2$s}}
            """ + SPEC.indent(4);

    /** bare, owned, ReplicaSet, Deployment. */
    private List<String> labels = List.of();
    /** The Pods as they were before the answer: label → Pod. */
    private final Map<String, Pod> before = new TreeMap<>();

    private long tried;

    @Override
    public void plan(CheckContext run) {
        labels = List.of(run.word(), run.word(), run.word(), run.word());
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String name = run.word();
        run.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}");
        String uid = run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
        run.create(BARE.formatted(labels.get(0), run.word(), ""));
        run.create(BARE.formatted(labels.get(1), run.word(), OWNER.formatted(name, uid)));
        run.create(CONTROLLED.formatted("ReplicaSet", labels.get(2)));
        run.create(CONTROLLED.formatted("Deployment", labels.get(3)));
        for (String label : labels) {
            run.await("a running Pod with the label trial=" + label, () -> {
                Optional<Pod> pod = alive(run, label).filter(p -> CheckContext.isRunning(p, "pause"));
                pod.ifPresent(p -> before.put(label, p));
                return pod.isPresent();
            });
        }
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("all", this::namesAll)
                .look("bare", this::deleteTheRest, this::bareOnes)
                .look("replaced", this::replacedOnes)
                .look("experiment", this::awaitEvents, this::wasTried);
    }

    private Observation namesAll(CheckContext run) {
        Set<String> wanted = before.values().stream().map(Pods::name).collect(Collectors.toCollection(TreeSet::new));
        Set<String> given = answer(run).keySet();
        return given.equals(wanted)
                ? Observation.holds("all " + wanted.size())
                : Observation.never(
                        "the names of the " + wanted.size() + " Pods",
                        given.stream().filter(wanted::contains).count() + " of them, and "
                                + given.stream()
                                        .filter(n -> !wanted.contains(n))
                                        .count() + " others");
    }

    /** So that the truth comes from the cluster even where the answer left a Pod alone. */
    private void deleteTheRest(CheckContext run) {
        List<Pod> left =
                before.values().stream().filter(was -> isStillThere(run, was)).toList();
        tried = before.size() - left.size();
        left.forEach(was -> run.deletePod(Pods.name(was)));
    }

    private static boolean isStillThere(CheckContext run, Pod was) {
        return run.pod(Pods.name(was))
                .filter(now ->
                        now.getMetadata().getUid().equals(was.getMetadata().getUid())
                                && now.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private Observation bareOnes(CheckContext run) {
        if (alive(run, labels.get(2)).isEmpty() || alive(run, labels.get(3)).isEmpty()) {
            return Observation.notYet("the controllers to have replaced their Pods", "they have not yet");
        }
        Map<String, String> answer = answer(run);
        List<String> bare = before.entrySet().stream()
                .filter(e -> alive(run, e.getKey()).isEmpty())
                .map(e -> Pods.name(e.getValue()))
                .sorted()
                .toList();
        run.note("bare", bare.size());
        List<String> wrong =
                bare.stream().filter(name -> !"".equals(answer.get(name))).toList();
        return wrong.isEmpty()
                ? Observation.holds("an owner that is no controller replaces nothing")
                : Observation.never(
                        "\"\" for every Pod that is not replaced",
                        said(answer.get(wrong.get(0)), wrong.get(0)) + " " + wrong.get(0) + ", which was not replaced");
    }

    private String said(@Nullable String given, String name) {
        if (given == null) {
            return "nothing about";
        }
        boolean own = before.values().stream()
                .anyMatch(p ->
                        Pods.name(p).equals(name) && p.getMetadata().getUid().equals(given));
        return own ? "its own uid for" : "a successor for";
    }

    private Observation replacedOnes(CheckContext run) {
        Map<String, String> answer = answer(run);
        for (String label : labels.subList(2, 4)) {
            Pod was = before.get(label);
            Optional<Pod> now = alive(run, label);
            String given = answer.getOrDefault(was == null ? label : Pods.name(was), "");
            if (now.isEmpty() || !now.get().getMetadata().getUid().equals(given)) {
                return Observation.never(
                        "for a Pod that was replaced, the uid of the Pod that runs in its place now",
                        given.isEmpty() ? "\"\" for a Pod that was replaced" : wrongUid(was, now, given));
            }
        }
        return Observation.holds("a new Pod, a new uid");
    }

    private static String wrongUid(@Nullable Pod was, Optional<Pod> now, String given) {
        if (was != null && was.getMetadata().getUid().equals(given)) {
            return "the uid of the Pod that was replaced";
        }
        return now.filter(p -> Pods.name(p).equals(given)).isPresent()
                ? "the Pod's name instead of its uid"
                : "a uid that no Pod has now: of no Pod at all, or of one that was deleted, too";
    }

    /** Events are written behind the Pods that they tell of, in their order; now and then one is lost. */
    private void awaitEvents(CheckContext run) {
        List<String> living = labels.subList(2, 4).stream()
                .flatMap(label -> alive(run, label).stream())
                .map(Pods::name)
                .toList();
        try {
            Deadline.in(EVENTS).await(() -> created(run).containsAll(living));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private Observation wasTried(CheckContext run) {
        String expected = "all " + before.size() + " Pods deleted once, and no other";
        if (tried < before.size()) {
            return Observation.never(
                    expected, tried == 0 ? "none of them was" : tried == 1 ? "1 of them was" : tried + " of them were");
        }
        // the two controllers made two Pods each: the one that was there, and its successor
        return created(run).size() > 4
                ? Observation.never(expected, "a Pod that came in the place of one of them was deleted, too")
                : Observation.holds("seen, not guessed");
    }

    /** Names of all Pods that ReplicaSets made here. */
    private static Set<String> created(CheckContext run) {
        return run.client().v1().events().inNamespace(run.namespace()).list().getItems().stream()
                .filter(e -> "SuccessfulCreate".equals(e.getReason())
                        && "ReplicaSet".equals(e.getInvolvedObject().getKind()))
                .map(e -> e.getMessage().replace("Created pod: ", ""))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> answer(CheckContext run) {
        Map<String, String> answer = new TreeMap<>();
        run.answer()
                .properties()
                .forEach(e -> answer.put(e.getKey(), e.getValue().asString("")));
        return answer;
    }

    private static Optional<Pod> alive(CheckContext run, String label) {
        return run.client().pods().inNamespace(run.namespace()).withLabel("trial", label).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .findFirst();
    }
}
