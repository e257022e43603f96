package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Plays the steps of the cases of {@code static/cases.yaml}, each in a namespace of its own. */
final class StaticPodCases implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String SLEEPS = "{\"terminationGracePeriodSeconds\":1,\"containers\":[{\"name\":\"main\","
            + "\"image\":\"busybox:1.36\",\"command\":[\"sleep\",\"3600\"]}]}";
    private static final String WRITERS = "static-writer";

    private final KubernetesClient client;
    private final String node;
    private final List<String> files = new ArrayList<>();
    private String namespace = "";
    private int number;
    private String uid = "";
    private String container = "";

    StaticPodCases(KubernetesClient client) {
        this.client = client;
        until("a node", () -> !client.nodes().list().getItems().isEmpty());
        this.node = client.nodes().list().getItems().get(0).getMetadata().getName();
        namespace(WRITERS);
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: writer, namespace: %s}
                spec:
                  nodeName: %s
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: manifests, hostPath: {path: /etc/kubernetes/manifests, type: DirectoryOrCreate}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "36000"]
                    volumeMounts: [{name: manifests, mountPath: /manifests}]
                """.formatted(WRITERS, node)).create();
        until("the writer", () -> writer().isReady());
    }

    @Override
    public void close() {
        client.namespaces().withName(WRITERS).delete();
    }

    /** @return what each step that answers has answered */
    List<String> answers(List<Map<String, Object>> steps) {
        namespace = "s" + number++ + Long.toString(System.nanoTime(), 36);
        namespace(namespace);
        List<String> answers = new ArrayList<>();
        try {
            steps.forEach(step -> step(step, answers));
            return answers;
        } finally {
            files.forEach(file -> run("rm -f /manifests/" + file));
            files.clear();
            until("the end of static Pods", () -> pods().stream().noneMatch(MirrorPods::isMirror));
            pods().forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
            client.namespaces().withName(namespace).delete();
        }
    }

    private void step(Map<String, Object> step, List<String> answers) {
        Map.Entry<String, Object> first = step.entrySet().iterator().next();
        String named = places(String.valueOf(first.getValue()));
        switch (first.getKey()) {
            case "write" -> write(map(first.getValue()));
            case "raw" -> raw(map(first.getValue()));
            case "remove" -> run("rm /manifests/" + named);
            case "read" -> awaitRead();
            case "make" -> attempt(() -> make(map(first.getValue())), answers);
            case "patch" ->
                attempt(
                        () -> pod(named)
                                .patch(
                                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                                        places(Serialization.asJson(step.get("with")))),
                        answers);
            case "delete" -> pod(named).delete();
            case "until" -> {
                String text = places(String.valueOf(step.get("has")));
                until(named + " has " + text, () -> described(named).contains(text));
            }
            case "gone" -> until(named + " is gone", () -> pod(named).get() == null);
            case "remember" -> {
                uid = pod(named).get().getMetadata().getUid();
                container = containerId(named);
            }
            case "replaced" ->
                until("another " + named, () -> {
                    Pod now = pod(named).get();
                    return now != null && !now.getMetadata().getUid().equals(uid);
                });
            case "compare" ->
                answers.add(
                        "same uid " + uid.equals(pod(named).get().getMetadata().getUid()) + ", same container "
                                + container.equals(containerId(named)));
            case "show" -> answers.add(stable(described(named)));
            case "event" -> answers.add(event(named, String.valueOf(step.get("reason"))));
            default -> throw new IllegalArgumentException("no step " + first.getKey());
        }
    }

    private void write(Map<String, Object> step) {
        String file = String.valueOf(step.get("file"));
        write(file, places(json(map(step.get("pod")))));
    }

    /** Any bytes, as printf has them; they are there at once, so a file may be half written. */
    private void raw(Map<String, Object> step) {
        String file = String.valueOf(step.get("file"));
        files.add(file);
        run("printf '%b' '" + places(String.valueOf(step.get("bytes"))).replace("'", "'\\''") + "' > /manifests/"
                + file);
    }

    private void write(String file, String json) {
        files.add(file);
        run("printf '%s' '" + json.replace("'", "'\\''") + "' > /manifests/.new && mv /manifests/.new /manifests/"
                + file);
    }

    /** What was there before is read by the time a later file has a mirror. */
    private void awaitRead() {
        write(
                "zz-marker.yaml",
                places("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"marker\","
                        + "\"namespace\":\"NS\"},\"spec\":" + SLEEPS + "}"));
        until("the marker", () -> pod("marker-" + node).get() != null);
    }

    private void make(Map<String, Object> pod) {
        Pod object = Serialization.unmarshal(places(json(pod)), Pod.class);
        object.getMetadata().setNamespace(namespace);
        client.resource(object).create();
    }

    private static String json(Map<String, Object> pod) {
        Map<String, Object> whole = new LinkedHashMap<>(Map.of("apiVersion", "v1", "kind", "Pod"));
        whole.putAll(pod);
        return Serialization.asJson(whole).replace("\"CONTAINER\"", SLEEPS);
    }

    private static void attempt(Runnable request, List<String> answers) {
        try {
            request.run();
        } catch (KubernetesClientException e) {
            answers.add(e.getCode() + " " + e.getStatus().getMessage().replaceAll("(?s)\n@@.*", ""));
        }
    }

    private String described(String named) {
        Pod pod = pod(named).get();
        if (pod == null) {
            return "nothing";
        }
        List<String> parts = new ArrayList<>(List.of(pod.getStatus().getPhase()));
        add(parts, "reason", pod.getStatus().getReason());
        add(parts, "message", pod.getStatus().getMessage());
        pod.getStatus().getContainerStatuses().forEach(status -> parts.add(described(status)));
        add(parts, "observed", pod.getStatus().getObservedGeneration());
        add(parts, "generation", pod.getMetadata().getGeneration());
        add(parts, "qos", pod.getStatus().getQosClass());
        List<String> conditions = new ArrayList<>();
        pod.getStatus()
                .getConditions()
                .forEach(c -> conditions.add(
                        c.getType() + "=" + c.getStatus() + Objects.requireNonNullElse(c.getObservedGeneration(), "")));
        add(parts, "conditions", conditions);
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            parts.add("terminating");
        }
        add(parts, "labels", new TreeMap<>(orEmpty(pod.getMetadata().getLabels())));
        add(parts, "annotations", new TreeMap<>(orEmpty(pod.getMetadata().getAnnotations())));
        pod.getMetadata()
                .getOwnerReferences()
                .forEach(r -> parts.add("owner " + r.getApiVersion() + " " + r.getKind() + " " + r.getName() + " "
                        + r.getController() + " " + r.getBlockOwnerDeletion()));
        add(parts, "account", pod.getSpec().getServiceAccountName());
        add(parts, "node", pod.getSpec().getNodeName());
        add(parts, "image", pod.getSpec().getContainers().get(0).getImage());
        add(parts, "volumes", pod.getSpec().getVolumes().size());
        add(parts, "priority", pod.getSpec().getPriority());
        add(parts, "dns", pod.getSpec().getDnsPolicy());
        add(parts, "tolerations", Serialization.asJson(pod.getSpec().getTolerations()));
        add(
                parts,
                "host address",
                Objects.equals(pod.getStatus().getPodIP(), pod.getStatus().getHostIP()));
        return String.join(", ", parts);
    }

    private static String described(ContainerStatus status) {
        String state = status.getState().getRunning() != null
                ? "running"
                : status.getState().getWaiting() != null
                        ? "waiting " + status.getState().getWaiting().getReason()
                        : "terminated " + status.getState().getTerminated().getExitCode();
        return status.getName() + " " + state + " ready " + status.getReady() + " restarts " + status.getRestartCount();
    }

    private String event(String named, String reason) {
        TreeSet<String> texts = new TreeSet<>();
        Pod mirror = pod(named).get();
        until(reason + " of " + named, () -> {
            client.v1().events().inNamespace(namespace).list().getItems().stream()
                    .filter(e -> reason.equals(e.getReason())
                            && named.equals(e.getInvolvedObject().getName()))
                    .forEach(e -> texts.add(e.getType() + " " + reason + ": " + stable(e.getMessage())
                            + (mirror == null
                                    ? ""
                                    : ", about the file's uid "
                                            + e.getInvolvedObject()
                                                    .getUid()
                                                    .equals(mirror.getMetadata()
                                                            .getAnnotations()
                                                            .get(StaticPods.HASH)))));
            return !texts.isEmpty();
        });
        return String.join(" | ", texts);
    }

    private String containerId(String named) {
        return pod(named).get().getStatus().getContainerStatuses().get(0).getContainerID();
    }

    private static Map<String, String> orEmpty(Map<String, String> map) {
        return Objects.requireNonNullElse(map, Map.of());
    }

    private static void add(List<String> parts, String name, Object value) {
        if (value != null && !value.equals(List.of()) && !value.equals(Map.of())) {
            parts.add(name + " " + value);
        }
    }

    private List<Pod> pods() {
        return client.pods().inNamespace(namespace).list().getItems();
    }

    private PodResource pod(String name) {
        return client.pods().inNamespace(namespace).withName(name);
    }

    private PodResource writer() {
        return client.pods().inNamespace(WRITERS).withName("writer");
    }

    private void run(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = writer().writingOutput(out).writingError(out).exec("sh", "-c", line)) {
            int code = exec.exitCode().get(20, TimeUnit.SECONDS);
            assertThat(code)
                    .as(line + ": " + out.toString(StandardCharsets.UTF_8))
                    .isZero();
        } catch (Exception e) {
            throw new IllegalStateException(line, e);
        }
    }

    private void namespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        until(
                "the account default",
                () -> client.serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
    }

    private String places(String text) {
        return text.replace("NODE", node).replace("NS", namespace);
    }

    private String stable(String text) {
        return text.replace(namespace, "NS")
                .replaceAll("\\b[0-9a-f]{32}\\b", "HASH")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
                .replaceAll("q: \\d+", "q: N")
                .replaceAll("\\b" + node + "\\b", "NODE");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }
}
