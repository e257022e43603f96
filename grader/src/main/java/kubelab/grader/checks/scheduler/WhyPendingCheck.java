package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Placement;

/** scheduler-3. A Pod for each cause, one cause twice, and in most of them something harmless that looks like another. */
final class WhyPendingCheck implements Check {
    /** What keeps a Pod from running; the words of the answer are the same in small letters. */
    private enum Cause {
        CPU,
        MEMORY,
        SELECTOR,
        AFFINITY,
        SPREAD,
        GATE,
        SCHEDULER,
        CONTAINER;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<String, Cause> truth = new TreeMap<>();
    private int chance;

    @Override
    public void plan(CheckContext run) {
        List<Cause> causes = new ArrayList<>(Arrays.asList(Cause.values()));
        causes.add(causes.get(run.random().nextInt(causes.size())));
        Collections.shuffle(causes, run.random());
        causes.forEach(cause -> truth.put(run.word(), cause));
        chance = run.random().nextInt(Integer.MAX_VALUE);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        truth.forEach((name, cause) -> run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(pod(run, name, cause))
                .create());
        run.await("the Pods that wait", () -> run.pods().stream()
                .allMatch(p -> hasCome(p, truth.getOrDefault(p.getMetadata().getName(), Cause.SCHEDULER))));
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("all", "The answer has one of the words for every Pod", 1)
                        .hint(1)
                        .shownBy("get pods")
                        .when(this::namesAll),
                about("room", "It finds the Pods for which there is no room", 2, 3, Cause.CPU, Cause.MEMORY),
                about(
                        "rules",
                        "It finds the Pods whose rules no node can meet, and which rules",
                        3,
                        3,
                        Cause.SELECTOR,
                        Cause.AFFINITY,
                        Cause.SPREAD),
                about("untried", "It finds the Pods that no scheduler has tried", 2, 2, Cause.GATE, Cause.SCHEDULER),
                about("placed", "It finds the Pod that waits, but not for a node", 2, 2, Cause.CONTAINER));
    }

    private Criterion about(String id, String title, int points, int hint, Cause... causes) {
        Criterion.Builder builder = Criterion.of(id, title, points)
                .hint(hint)
                .shownBy("get pods -o custom-columns='NAME:.metadata.name,NODE:.spec.nodeName,"
                        + "WHY:.status.conditions[?(@.type==\"PodScheduled\")].message'");
        return (id.equals("placed") ? builder.hidden() : builder).when(run -> found(run, Set.of(causes)));
    }

    private Observation namesAll(CheckContext run) {
        Set<String> words = Arrays.stream(Cause.values()).map(Cause::word).collect(Collectors.toSet());
        long good = truth.keySet().stream()
                .filter(name -> words.contains(run.answer().path(name).asString("")))
                .count();
        long others = run.answer().propertyNames().stream()
                .filter(name -> !truth.containsKey(name))
                .count();
        return good == truth.size() && others == 0
                ? Observation.holds("all " + truth.size())
                : Observation.never(
                        "a word for each of the " + truth.size() + " Pods",
                        "one for " + good + " of them, and for " + others + " others");
    }

    private Observation found(CheckContext run, Set<Cause> causes) {
        for (Map.Entry<String, Cause> e : truth.entrySet()) {
            String given = run.answer().path(e.getKey()).asString("");
            if (causes.contains(e.getValue()) && !given.equals(e.getValue().word())) {
                return Observation.never(
                        causes.stream()
                                        .map(c -> "\"" + c.word() + "\"")
                                        .sorted()
                                        .collect(Collectors.joining(" or ")) + " for " + e.getKey(),
                        given.isEmpty() ? "nothing" : "\"" + given + "\"");
            }
        }
        return Observation.holds(causes.stream().map(Cause::word).sorted().collect(Collectors.joining(", ")));
    }

    /** Whether what is to be found out can be seen. */
    private static boolean hasCome(Pod pod, Cause cause) {
        return switch (cause) {
            case SCHEDULER -> true;
            case CONTAINER ->
                pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getState)
                        .anyMatch(s -> s.getWaiting() != null
                                && "CreateContainerConfigError"
                                        .equals(s.getWaiting().getReason()));
            default -> !pod.getStatus().getConditions().isEmpty();
        };
    }

    private Pod pod(CheckContext run, String name, Cause cause) {
        List<String> nodes = Placement.nodeNames(run);
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(1L)
                .addToNodeSelector("kubernetes.io/os", "linux")
                .addNewContainer()
                .withName("main")
                .withImage(Placement.PAUSE)
                .withNewResources()
                .addToRequests("cpu", new Quantity("1m"))
                .endResources()
                .endContainer()
                .endSpec();
        switch (cause) {
            case CPU ->
                // one node matches, and is too small
                pod.editSpec()
                        .addToNodeSelector(Placement.HOST, Placement.host(run, nodes.get(chance % nodes.size())))
                        .editFirstContainer()
                        .editResources()
                        .addToRequests("cpu", new Quantity("1k"))
                        .endResources()
                        .endContainer()
                        .endSpec();
            case MEMORY ->
                pod.editSpec()
                        .addToNodeSelector(Placement.HOST, Placement.host(run, nodes.get((chance + 1) % nodes.size())))
                        .editFirstContainer()
                        .editResources()
                        .addToRequests("memory", new Quantity("9Ti"))
                        .endResources()
                        .endContainer()
                        .endSpec();
            case SELECTOR -> pod.editSpec().addToNodeSelector("disk", name).endSpec();
            case AFFINITY ->
                pod.editSpec()
                        .withNewAffinity()
                        .withNewPodAffinity()
                        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .withTopologyKey(Placement.HOST)
                        .withNewLabelSelector()
                        .addToMatchLabels("app", name)
                        .endLabelSelector()
                        .endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endPodAffinity()
                        .endAffinity()
                        .endSpec();
            case SPREAD ->
                pod.editSpec()
                        .addNewTopologySpreadConstraint()
                        .withMaxSkew(1)
                        .withTopologyKey("rack")
                        .withWhenUnsatisfiable("DoNotSchedule")
                        .withNewLabelSelector()
                        .addToMatchLabels("app", name)
                        .endLabelSelector()
                        .endTopologySpreadConstraint()
                        .endSpec();
            case GATE ->
                pod.editSpec().addNewSchedulingGate("lab.kubelab.dev/not-yet").endSpec();
            case SCHEDULER ->
                pod.editSpec().withSchedulerName("scheduler-" + name).endSpec();
            case CONTAINER ->
                pod.editSpec()
                        .editFirstContainer()
                        .addNewEnv()
                        .withName("WORD")
                        .withNewValueFrom()
                        .withNewConfigMapKeyRef("word", name, false)
                        .endValueFrom()
                        .endEnv()
                        .endContainer()
                        .endSpec();
        }
        return pod.build();
    }
}
