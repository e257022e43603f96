package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Puts the Jobs of {@code cases.yaml} into a cluster and says what became of them. */
final class JobCases implements AutoCloseable {
    private static final String NAMESPACE = "jobcases";
    private static final String PREFIX = "batch.kubernetes.io/job-";

    private final KubernetesClient client;
    private final Runnable tick;
    private int number;

    /** @param tick lets some time pass in the cluster */
    JobCases(KubernetesClient client, Runnable tick) {
        this.client = client;
        this.tick = tick;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        until(() -> client.serviceAccounts()
                        .inNamespace(NAMESPACE)
                        .withName("default")
                        .get()
                != null);
    }

    @Override
    public void close() {
        client.namespaces().withName(NAMESPACE).delete();
    }

    /** Spec as defaulted, status, conditions, Pods and Events once what the case waits for is reached. */
    List<String> answers(Map<String, Object> test) {
        String name = "j" + number++;
        client.resource(job(name, test)).create();
        try {
            Set<String> first = new HashSet<>();
            until(() -> reached(name, test.get("until"), first));
            Map<String, Object> then = map(test.get("then"));
            if (!then.isEmpty()) {
                pods(name).forEach(p -> first.add(p.getMetadata().getUid()));
                act(name, then);
                until(() -> reached(name, then.get("until"), first));
            }
            // The last Event and the last write may be on their way.
            List<List<String>> seen = new ArrayList<>(List.of(List.of()));
            patience().pollInterval(Duration.ofMillis(500)).until(() -> seen.get(0)
                    .equals(swap(seen, describe(name))));
            return seen.get(0);
        } finally {
            client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name).delete();
            pods(name).forEach(p -> client.resource(p).withGracePeriod(0).delete());
            until(() -> pods(name).isEmpty());
        }
    }

    private static List<String> swap(List<List<String>> seen, List<String> now) {
        seen.set(0, now);
        return now;
    }

    private void act(String name, Map<String, Object> then) {
        var jobs = client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name);
        if (then.containsKey("evict")) {
            pods(name).forEach(p -> client.pods().resource(p).evict());
        } else if (then.containsKey("delete")) {
            pods(name).forEach(p -> client.resource(p).delete());
        } else {
            jobs.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    Serialization.asJson(Map.of("spec", Objects.requireNonNull(then.get("change")))));
        }
    }

    private boolean reached(String name, Object wanted, Set<String> before) {
        Job job = get(name);
        JobStatus status = job.getStatus();
        if (wanted instanceof String condition) {
            return status != null
                    && status.getConditions().stream().anyMatch(c -> c.getType().equals(condition));
        }
        List<Pod> pods = pods(name);
        Map<String, Object> now = new HashMap<>();
        now.put("pods", pods.size());
        now.put("ready", status == null ? null : status.getReady());
        now.put("terminating", status == null ? null : status.getTerminating());
        now.put(
                "replaced",
                pods.stream().noneMatch(p -> before.contains(p.getMetadata().getUid())));
        return map(wanted).entrySet().stream().allMatch(e -> e.getValue().equals(now.get(e.getKey())));
    }

    private Job job(String name, Map<String, Object> test) {
        List<Object> env = new ArrayList<>();
        map(test.get("env"))
                .forEach((key, path) ->
                        env.add(Map.of("name", key, "valueFrom", Map.of("fieldRef", Map.of("fieldPath", path)))));
        Map<String, Object> pod = new HashMap<>();
        pod.put("restartPolicy", test.getOrDefault("restart", "Never"));
        pod.put("terminationGracePeriodSeconds", test.getOrDefault("grace", 1));
        pod.put("containers", List.of(container("c", test.get("run"), env)));
        if (test.containsKey("init")) {
            pod.put("initContainers", List.of(container("init", test.get("init"), List.of())));
        }
        Map<String, Object> spec = new HashMap<>(map(test.get("spec")));
        spec.put("template", Map.of("spec", pod));
        return Serialization.unmarshal(
                Serialization.asJson(Map.of(
                        "apiVersion",
                        "batch/v1",
                        "kind",
                        "Job",
                        "metadata",
                        Map.of("name", name, "namespace", NAMESPACE),
                        "spec",
                        spec)),
                Job.class);
    }

    private static Map<String, Object> container(String name, Object line, List<Object> env) {
        return Map.of("name", name, "image", "busybox:1.36", "command", List.of("sh", "-c", line), "env", env);
    }

    private List<String> describe(String name) {
        Job job = get(name);
        JobStatus status = job.getStatus();
        List<String> lines = new ArrayList<>();
        lines.add("backoffLimit " + job.getSpec().getBackoffLimit() + ", podReplacementPolicy "
                + job.getSpec().getPodReplacementPolicy());
        lines.add("active " + status.getActive() + ", ready " + status.getReady() + ", terminating "
                + status.getTerminating() + ", succeeded " + status.getSucceeded() + ", failed " + status.getFailed()
                + ", completed " + status.getCompletedIndexes() + ", failedIndexes " + status.getFailedIndexes()
                + ", started " + (status.getStartTime() != null) + ", completion "
                + (status.getCompletionTime() != null) + ", uncounted "
                + (status.getUncountedTerminatedPods() != null
                        && status.getUncountedTerminatedPods().getFailed().size()
                                        + status.getUncountedTerminatedPods()
                                                .getSucceeded()
                                                .size()
                                > 0));
        status.getConditions()
                .forEach(c -> lines.add(c.getType() + " " + c.getStatus() + ", " + c.getReason() + ": "
                        + stable(c.getMessage(), name)));
        pods(name).stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null
                        || !p.getMetadata().getFinalizers().isEmpty())
                .map(JobCases::describe)
                .sorted()
                .forEach(lines::add);
        Map<String, Integer> events = new TreeMap<>();
        for (Event event : client.v1().events().inNamespace(NAMESPACE).list().getItems()) {
            if ("Job".equals(event.getInvolvedObject().getKind())
                    && name.equals(event.getInvolvedObject().getName())) {
                String text =
                        "Event " + event.getType() + " " + event.getReason() + ": " + stable(event.getMessage(), name);
                events.merge(text, Objects.requireNonNullElse(event.getCount(), 1), Integer::sum);
            }
        }
        events.forEach((text, count) -> lines.add(count + " x " + text));
        return lines;
    }

    private static String describe(Pod pod) {
        var annotations = Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.<String, String>of());
        return "Pod " + pod.getStatus().getPhase()
                + (pod.getMetadata().getDeletionTimestamp() != null ? " terminating" : "")
                + ", index " + annotations.get(PREFIX + "completion-index")
                + ", failures " + annotations.get(PREFIX + "index-failure-count")
                + ", ignored " + annotations.get(PREFIX + "index-ignored-failure-count")
                + ", finalizers " + pod.getMetadata().getFinalizers();
    }

    private static String stable(String text, String name) {
        return text.replaceAll("\\b" + name + "-(\\d+-)?[a-z0-9]{5}\\b", "j-$1xxxxx");
    }

    private Job get(String name) {
        return client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name).get();
    }

    private List<Pod> pods(String name) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("batch.kubernetes.io/job-name", name)
                .list()
                .getItems();
    }

    private void until(java.util.concurrent.Callable<Boolean> condition) {
        patience().pollInterval(Duration.ofMillis(50)).until(() -> {
            tick.run();
            return condition.call();
        });
    }

    private static ConditionFactory patience() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }
}
