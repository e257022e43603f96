package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
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
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Placement;

/** scheduler-3. A Pod for each cause, one cause twice, and in most of them something harmless that looks like another. */
final class WhyPendingCheck implements Check {
    private static final String LINUX = "nodeSelector: {kubernetes.io/os: linux}";
    private static final String ONE_NODE = "nodeSelector: {kubernetes.io/os: linux, kubernetes.io/hostname: HOST}";
    private static final String SMALL = "resources: {requests: {cpu: 1m}}";
    private static final String OWN = "labelSelector: {matchLabels: {app: NAME}}";

    /** What keeps a Pod from running; the words of the answer are the same in small letters. */
    private enum Cause {
        CPU(ONE_NODE, "resources: {requests: {cpu: 1k}}"),
        MEMORY(ONE_NODE, "resources: {requests: {cpu: 1m, memory: 9Ti}}"),
        SELECTOR("nodeSelector: {kubernetes.io/os: linux, disk: NAME}", SMALL),
        AFFINITY(
                LINUX + "\n  affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                        + "[{topologyKey: kubernetes.io/hostname, " + OWN + "}]}}",
                SMALL),
        SPREAD(
                LINUX + "\n  topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, "
                        + "whenUnsatisfiable: DoNotSchedule, " + OWN + "}]",
                SMALL),
        GATE(LINUX + "\n  schedulingGates: [{name: lab.kubelab.dev/not-yet}]", SMALL),
        SCHEDULER(LINUX + "\n  schedulerName: scheduler-NAME", SMALL),
        CONTAINER(LINUX, SMALL + "\n    env: [{name: WORD, valueFrom: {configMapKeyRef: {name: word, key: NAME}}}]");

        private final String spec;
        private final String container;

        Cause(String spec, String container) {
            this.spec = spec;
            this.container = container;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String pod(String name, String host) {
            return """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: NAME}
                    spec:
                      terminationGracePeriodSeconds: 1
                      %s
                      containers:
                      - name: main
                        image: registry.k8s.io/pause:3.10
                        %s
                    """.formatted(spec, container).replace("NAME", name).replace("HOST", host);
        }

        /** Whether what is to be found out can be seen. */
        boolean isSeen(Pod pod) {
            return switch (this) {
                case SCHEDULER -> true;
                case CONTAINER ->
                    pod.getStatus().getContainerStatuses().stream()
                            .map(s -> s.getState().getWaiting())
                            .anyMatch(w -> w != null && "CreateContainerConfigError".equals(w.getReason()));
                default -> !pod.getStatus().getConditions().isEmpty();
            };
        }
    }

    private static final Set<String> WORDS =
            Arrays.stream(Cause.values()).map(Cause::word).collect(Collectors.toUnmodifiableSet());

    private final Map<String, Cause> truth = new TreeMap<>();

    @Override
    public void plan(CheckContext run) {
        List<Cause> causes = new ArrayList<>(Arrays.asList(Cause.values()));
        causes.add(causes.get(run.random().nextInt(causes.size())));
        Collections.shuffle(causes, run.random());
        causes.forEach(cause -> truth.put(run.word(), cause));
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        truth.forEach((name, cause) -> run.client()
                .resource(cause.pod(name, Placement.host(run, Placement.anyNode(run))))
                .inNamespace(run.namespace())
                .create());
        run.await("the Pods that wait", () -> run.pods().stream()
                .allMatch(p -> truth.getOrDefault(p.getMetadata().getName(), Cause.SCHEDULER)
                        .isSeen(p)));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("all", this::namesAll)
                .look("room", run -> found(run, Set.of(Cause.CPU, Cause.MEMORY)))
                .look("rules", run -> found(run, Set.of(Cause.SELECTOR, Cause.AFFINITY, Cause.SPREAD)))
                .look("untried", run -> found(run, Set.of(Cause.GATE, Cause.SCHEDULER)))
                .look("placed", run -> found(run, Set.of(Cause.CONTAINER)));
    }

    private Observation namesAll(CheckContext run) {
        run.note("pods", truth.size());
        long good = truth.keySet().stream()
                .filter(name -> WORDS.contains(run.answer().path(name).asString("")))
                .count();
        long others = run.answer().propertyNames().stream()
                .filter(name -> !truth.containsKey(name))
                .count();
        return good == truth.size() && others == 0
                ? Observation.holds("all " + truth.size())
                : Observation.never(
                        "a word for each of the " + truth.size() + " Pods",
                        "one for " + good + " of them"
                                + (others == 0 ? "" : ", and for what is no Pod as well: " + others));
    }

    private Observation found(CheckContext run, Set<Cause> causes) {
        for (Map.Entry<String, Cause> e : truth.entrySet()) {
            String given = run.answer().path(e.getKey()).asString("");
            if (causes.contains(e.getValue()) && !given.equals(e.getValue().word())) {
                return Observation.never(
                        (WORDS.contains(given) ? "another word than \"" + given + "\"" : "one of the words") + " for "
                                + e.getKey(),
                        given.isEmpty() ? "nothing" : "\"" + given + "\"");
            }
        }
        return Observation.holds(causes.stream().map(Cause::word).sorted().collect(Collectors.joining(", ")));
    }
}
