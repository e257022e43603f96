package kubelab.grader.checks.pods;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import org.jspecify.annotations.Nullable;

/**
 * pods-3. Four Pods whose names tell nothing: two that a controller replaces, one without an owner, and one whose owner
 * is no controller. What became of each is read from the cluster, by the label that a Pod shares with its successor.
 */
final class BarePodCheck implements Check {
    private static final String LABEL = "trial";
    private static final PodSpec SPEC = new PodSpecBuilder()
            .withTerminationGracePeriodSeconds(1L)
            .addNewContainer()
            .withName("pause")
            .withImage("registry.k8s.io/pause:3.10")
            .endContainer()
            .build();

    private String bare = "";
    private String owned = "";
    private String replicaSet = "";
    private String deployment = "";
    /** The Pods as they were before the answer: label → Pod. */
    private final Map<String, Pod> before = new TreeMap<>();

    private long tried;

    @Override
    public void plan(CheckContext run) {
        bare = run.word();
        owned = run.word();
        replicaSet = run.word();
        deployment = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        ConfigMap owner = run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(run.word())
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .build())
                .create();
        create(run, pod(bare, suffixed(bare, run)));
        create(
                run,
                new PodBuilder(pod(owned, suffixed(owned, run)))
                        .editMetadata()
                        .withOwnerReferences(new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName(owner.getMetadata().getName())
                                .withUid(owner.getMetadata().getUid())
                                .build())
                        .endMetadata()
                        .build());
        createReplicaSet(run);
        createDeployment(run);
        for (String label : labels()) {
            run.await("a running Pod with the label trial=" + label, () -> {
                Optional<Pod> pod = alive(run, label).filter(p -> CheckContext.isRunning(p, "pause"));
                pod.ifPresent(p -> before.put(label, p));
                return pod.isPresent();
            });
        }
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("all", "The answer names every Pod that was there", 1)
                        .hint(1)
                        .shownBy("get pods")
                        .when(this::namesAll),
                Criterion.of("bare", "It says \"\" for each Pod that nobody replaced", 3)
                        .hint(2)
                        .shownBy("get pods -L trial")
                        .first(this::deleteTheRest)
                        .when(this::bareOnes),
                Criterion.of("replaced", "It gives the uid of the Pod that came instead", 4)
                        .hint(3)
                        .shownBy("get pods -o custom-columns=NAME:.metadata.name,UID:.metadata.uid")
                        .when(this::replacedOnes),
                Criterion.of("experiment", "It was found out by trying: each Pod was deleted once", 2)
                        .hidden()
                        .hint(2)
                        .shownBy("get pods -L trial")
                        .when(this::wasTried));
    }

    private Observation namesAll(CheckContext run) {
        Set<String> wanted = before.values().stream()
                .map(p -> p.getMetadata().getName())
                .collect(Collectors.toCollection(TreeSet::new));
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
        tried = before.values().stream().filter(was -> !isStillThere(run, was)).count();
        before.values().stream()
                .filter(was -> isStillThere(run, was))
                .forEach(was -> run.deletePod(was.getMetadata().getName()));
    }

    private static boolean isStillThere(CheckContext run, Pod was) {
        return run.pod(was.getMetadata().getName())
                .filter(now ->
                        now.getMetadata().getUid().equals(was.getMetadata().getUid())
                                && now.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private Observation bareOnes(CheckContext run) {
        if (alive(run, replicaSet).isEmpty() || alive(run, deployment).isEmpty()) {
            return Observation.notYet("the controllers to have replaced their Pods", "they have not yet");
        }
        Map<String, String> answer = answer(run);
        List<String> wrong = before.entrySet().stream()
                .filter(e -> alive(run, e.getKey()).isEmpty())
                .map(e -> e.getValue().getMetadata().getName())
                .filter(name -> !"".equals(answer.get(name)))
                .sorted()
                .toList();
        return wrong.isEmpty()
                ? Observation.holds("an owner that is no controller replaces nothing")
                : Observation.never(
                        "\"\" for every Pod that nobody replaces",
                        answer.containsKey(wrong.get(0))
                                ? "a successor for " + wrong.get(0) + ", which nobody replaced"
                                : "nothing about " + wrong.get(0) + ", which nobody replaced");
    }

    private Observation replacedOnes(CheckContext run) {
        Map<String, String> answer = answer(run);
        for (String label : List.of(replicaSet, deployment)) {
            Pod was = before.get(label);
            Optional<Pod> now = alive(run, label);
            String name = was == null ? label : was.getMetadata().getName();
            String given = answer.getOrDefault(name, "");
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
        boolean isName =
                now.filter(p -> p.getMetadata().getName().equals(given)).isPresent();
        return isName ? "the Pod's name instead of its uid" : "a uid that no Pod has now";
    }

    private Observation wasTried(CheckContext run) {
        return tried == before.size()
                ? Observation.holds("seen, not guessed")
                : Observation.never(
                        "all " + before.size() + " Pods deleted once",
                        tried == 1 ? "1 of them was" : tried + " of them were");
    }

    private static Map<String, String> answer(CheckContext run) {
        Map<String, String> answer = new TreeMap<>();
        run.answer()
                .properties()
                .forEach(e -> answer.put(e.getKey(), e.getValue().asString("")));
        return answer;
    }

    private List<String> labels() {
        return List.of(bare, owned, replicaSet, deployment);
    }

    private static Optional<Pod> alive(CheckContext run, String label) {
        return run.client().pods().inNamespace(run.namespace()).withLabel(LABEL, label).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .findFirst();
    }

    /** Bare Pods get a name like those that controllers make. */
    private static String suffixed(String name, CheckContext run) {
        return name + "-" + run.word();
    }

    private static void create(CheckContext run, Pod pod) {
        run.client().pods().inNamespace(run.namespace()).resource(pod).create();
    }

    private static Pod pod(String label, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LABEL, label)
                .endMetadata()
                .withSpec(SPEC)
                .build();
    }

    private void createReplicaSet(CheckContext run) {
        run.client()
                .resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withName(replicaSet)
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels(LABEL, replicaSet)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels(LABEL, replicaSet)
                        .endMetadata()
                        .withSpec(SPEC)
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private void createDeployment(CheckContext run) {
        run.client()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(deployment)
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels(LABEL, deployment)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels(LABEL, deployment)
                        .endMetadata()
                        .withSpec(SPEC)
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }
}
