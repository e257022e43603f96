package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Puts the cases of {@code cases.yaml} before a cluster's scheduler and says what it did. */
final class SchedulerCases implements AutoCloseable {
    private static final String PREFIX = "kubelab.test/";
    private static final List<String> NODES = List.of("server", "worker1", "worker2");
    private static final String NAMESPACE = "schedcases";
    private static final String OTHER = "schedcases-other";
    private static final String PRIORITY = "kubelab-test";

    private final KubernetesClient client;
    private int number;

    SchedulerCases(KubernetesClient client) throws InterruptedException {
        this.client = client;
        ensure(Map.of(
                "apiVersion",
                "scheduling.k8s.io/v1",
                "kind",
                "PriorityClass",
                "metadata",
                Map.of("name", PRIORITY),
                "value",
                1000));
        for (String name : List.of(NAMESPACE, OTHER)) {
            Map<String, Object> metadata =
                    Map.of("name", name, "labels", Map.of("role", name.replace("schedcases-", "")));
            ensure(Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", metadata));
            until(
                    Duration.ofSeconds(20),
                    () -> client.serviceAccounts()
                                    .inNamespace(name)
                                    .withName("default")
                                    .get()
                            != null);
        }
    }

    @Override
    public void close() {
        NODES.forEach(node -> change(node, Map.of()));
        client.namespaces().withName(NAMESPACE).delete();
        client.namespaces().withName(OTHER).delete();
        client.scheduling().v1().priorityClasses().withName(PRIORITY).delete();
    }

    /** What came of a case: where the Pod went or why it waits, before and after the change in the middle. */
    List<String> answers(Map<String, Object> test) throws InterruptedException {
        List<Pod> all = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        Map<String, Object> changed = map(test.get("nodes"));
        try {
            changed.forEach((node, change) -> change(node, map(change)));
            Map<String, Pod> named = new HashMap<>();
            for (Object one : list(test.get("there"))) {
                Map<String, Object> spec = new HashMap<>(map(one));
                Object name = spec.remove("name");
                spec.put("nodeName", spec.remove("on"));
                Pod pod = create(spec);
                all.add(pod);
                named.put(String.valueOf(name), pod);
            }
            TimeUnit.MILLISECONDS.sleep(200); // the scheduler's watch has to see them, and nothing tells when it has
            int copies = (int) test.getOrDefault("copies", 1);
            Map<String, Integer> counts = new TreeMap<>();
            Pod last = null;
            for (int i = 0; i < copies; i++) {
                try {
                    last = create(new HashMap<>(map(test.get("pod"))));
                } catch (KubernetesClientException refused) {
                    return List.of(refused.getStatus().getMessage().replaceAll("\"p\\d+\"", "\"p\""));
                }
                all.add(last);
                counts.merge(outcome(last, ""), 1, Integer::sum);
            }
            answers.add(copies == 1 ? counts.keySet().iterator().next() : counts.toString());
            Map<String, Object> then = map(test.get("then"));
            if (!then.isEmpty()) {
                map(then.get("nodes")).forEach((node, change) -> change(node, map(change)));
                Pod leaver = named.get(String.valueOf(then.get("delete")));
                if (leaver != null) {
                    client.resource(leaver).withGracePeriod(0).delete();
                }
                answers.add(outcome(Objects.requireNonNull(last), answers.get(0)));
            }
            return answers;
        } finally {
            all.forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
            for (Pod pod : all) {
                until(Duration.ofSeconds(30), () -> client.resource(pod).get() == null);
            }
            NODES.stream()
                    .filter(n -> changed.containsKey(n) || test.containsKey("then"))
                    .forEach(n -> change(n, Map.of()));
        }
    }

    /** The node's name, or the condition's reason and message; waits until it is something else than {@code before}. */
    private String outcome(Pod pod, String before) throws InterruptedException {
        String[] seen = {""};
        until(Duration.ofSeconds(before.isEmpty() ? 3 : 20), () -> {
            Pod now = client.resource(pod).get();
            if (now == null) {
                seen[0] = "gone";
            } else if (now.getSpec().getNodeName() != null) {
                seen[0] = now.getSpec().getNodeName();
            } else {
                seen[0] = now.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("PodScheduled"))
                        .map(c -> c.getReason() + ": " + c.getMessage())
                        .findFirst()
                        .orElse("");
            }
            // After a change in the middle the text may change, too, before there is a node.
            return before.isEmpty() ? !seen[0].isEmpty() : NODES.contains(seen[0]);
        });
        return seen[0].isEmpty() ? "nobody looks at it" : seen[0];
    }

    private Pod create(Map<String, Object> spec) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("name", "p" + number++);
        Object namespace = Objects.requireNonNullElse(spec.remove("namespace"), "");
        metadata.put("namespace", namespace.equals("other") ? OTHER : namespace.equals("") ? NAMESPACE : namespace);
        metadata.put("labels", Objects.requireNonNullElse(spec.remove("labels"), Map.of("app", "none")));
        if (spec.remove("service") != null) {
            metadata.put("labels", Map.of("set", "yes"));
            ensure(Map.of(
                    "apiVersion",
                    "v1",
                    "kind",
                    "Service",
                    "metadata",
                    Map.of("name", "set", "namespace", NAMESPACE),
                    "spec",
                    Map.of("selector", Map.of("set", "yes"), "ports", List.of(Map.of("port", 80)))));
        }
        Map<String, Object> requests = new HashMap<>();
        List.of("cpu", "memory").forEach(name -> {
            Object amount = spec.remove(name);
            if (amount != null) {
                requests.put(name, amount);
            }
        });
        spec.putIfAbsent("containers", List.of(Map.of("name", "c", "resources", Map.of("requests", requests))));
        for (String kind : List.of("containers", "initContainers")) {
            if (spec.containsKey(kind)) {
                List<Object> containers = new ArrayList<>();
                list(spec.get(kind)).forEach(c -> {
                    Map<String, Object> container = new HashMap<>(map(c));
                    container.putIfAbsent("image", "registry.k8s.io/pause:3.10");
                    containers.add(container);
                });
                spec.put(kind, containers);
            }
        }
        spec.put("terminationGracePeriodSeconds", 0);
        Map<String, Object> pod = Map.of("apiVersion", "v1", "kind", "Pod", "metadata", metadata, "spec", spec);
        return client.resource(Serialization.unmarshal(Serialization.asJson(pod), Pod.class))
                .create();
    }

    private void ensure(Map<String, Object> object) {
        HasMetadata typed = Serialization.unmarshal(Serialization.asJson(object), HasMetadata.class);
        if (client.resource(typed).get() == null) {
            client.resource(typed).create();
        }
    }

    /** Only what a case may change of a node; what is not named is as it was before. */
    private void change(String name, Map<String, Object> change) {
        for (int i = 0; ; i++) {
            try {
                changeOnce(name, change);
                return;
            } catch (KubernetesClientException e) {
                // a kubelet or controller wrote in between: a conflict, or the patch finds a taint in another place
                if ((e.getCode() != 409 && e.getCode() != 422) || i == 5) {
                    throw e;
                }
            }
        }
    }

    private void changeOnce(String name, Map<String, Object> change) {
        client.nodes().withName(name).edit(node -> {
            Map<String, String> labels = new HashMap<>(node.getMetadata().getLabels());
            labels.keySet().removeIf(l -> l.startsWith(PREFIX));
            map(change.get("labels")).forEach((k, v) -> labels.put(PREFIX + k, String.valueOf(v)));
            NodeBuilder builder = new NodeBuilder(node)
                    .editMetadata()
                    .withLabels(labels)
                    .endMetadata()
                    .editSpec()
                    .withUnschedulable(change.containsKey("unschedulable") ? true : null)
                    .removeMatchingFromTaints(t -> t.getKey().startsWith(PREFIX))
                    .endSpec();
            if (change.containsKey("taint")) {
                builder.editSpec()
                        .addNewTaint(String.valueOf(change.get("taint")), PREFIX + "taint", null, "yes")
                        .endSpec();
            }
            return builder.build();
        });
    }

    private static void until(Duration limit, BooleanSupplier done) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (!done.getAsBoolean() && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }
}
