package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/**
 * Plays the steps of one case of {@code volumes/cases.yaml}, in a namespace of its own. NS stands for the namespace, also in the names
 * of objects outside of it.
 */
final class VolumeCases implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Map<String, String> VERSIONS =
            Map.of("StorageClass", "storage.k8s.io/v1", "StatefulSet", "apps/v1");

    private final KubernetesClient client;
    private final String namespace = "v" + Long.toString(System.nanoTime(), 36);
    private final List<String> clusterWide = new ArrayList<>();
    private final String node;

    VolumeCases(KubernetesClient client) {
        this.client = client;
        this.node = client.nodes().list().getItems().get(0).getMetadata().getName();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        until(
                "the account default",
                () -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
    }

    @Override
    public void close() {
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        client.namespaces().withName(namespace).delete();
        until(
                "the end of " + namespace,
                () -> client.namespaces().withName(namespace).get() == null);
        Collections.reverse(clusterWide);
        clusterWide.forEach(object -> resource(object).delete());
    }

    /** @return what each step that answers has answered */
    List<String> answers(List<Map<String, Object>> steps) {
        List<String> answers = new ArrayList<>();
        for (Map<String, Object> step : steps) {
            Map.Entry<String, Object> first = step.entrySet().iterator().next();
            String object = places(Serialization.asJson(first.getValue()));
            String named = places(String.valueOf(first.getValue()));
            switch (first.getKey()) {
                case "make" -> attempt(() -> make(object), answers);
                case "patch" ->
                    attempt(
                            () -> resource(named)
                                    .patch(
                                            PatchContext.of(PatchType.JSON_MERGE),
                                            places(Serialization.asJson(step.get("with")))),
                            answers);
                case "delete" -> resource(named).delete();
                case "until" -> reached(named, places(String.valueOf(step.get("has"))));
                case "gone" -> until(named + " is gone", () -> resource(named).get() == null);
                case "show" -> answers.add(stable(described(named)));
                case "event" -> answers.add(event(named, String.valueOf(step.get("reason"))));
                default -> throw new IllegalArgumentException("no step " + first.getKey());
            }
        }
        return answers;
    }

    private void make(String json) {
        GenericKubernetesResource object = Serialization.unmarshal(json, GenericKubernetesResource.class);
        String kind = object.getKind();
        object.setApiVersion(VERSIONS.getOrDefault(kind, "v1"));
        if (isClusterWide(kind)) {
            clusterWide.add(kind + " " + object.getMetadata().getName());
        } else {
            object.getMetadata().setNamespace(namespace);
        }
        client.resource(object).create();
    }

    /** What is refused answers with the reason; what is not answers nothing. */
    private void attempt(Runnable request, List<String> answers) {
        try {
            request.run();
        } catch (KubernetesClientException e) {
            answers.add(e.getCode() + " " + stable(e.getStatus().getMessage()));
        }
    }

    private void reached(String named, String text) {
        until(named + " has " + text, () -> described(named).contains(text));
    }

    private String event(String named, String reason) {
        String[] object = named.split(" ");
        TreeSet<String> texts = new TreeSet<>();
        until(reason + " of " + named, () -> {
            client.v1().events().inAnyNamespace().list().getItems().stream()
                    .filter(e -> reason.equals(e.getReason()))
                    .filter(e -> object[0].equals(e.getInvolvedObject().getKind())
                            && object[1].equals(e.getInvolvedObject().getName()))
                    .filter(e -> isClusterWide(object[0])
                            || namespace.equals(e.getInvolvedObject().getNamespace()))
                    .filter(e -> !saysTooEarly(e.getMessage()))
                    .forEach(e -> texts.add(e.getType() + " " + reason + ": " + stable(e.getMessage())));
            return !texts.isEmpty();
        });
        return String.join(" | ", texts);
    }

    /** A controller may look at a claim before its cache has the class that was made a moment ago. */
    private boolean saysTooEarly(String message) {
        return message.equals("storageclass.storage.k8s.io \"" + namespace + "\" not found")
                && client.storage().v1().storageClasses().withName(namespace).get() != null;
    }

    private String described(String named) {
        GenericKubernetesResource object = resource(named).get();
        if (object == null) {
            return "nothing";
        }
        List<String> parts = new ArrayList<>(List.of(named.split(" ")[0]));
        add(parts, "phase", object.get("status", "phase"));
        add(parts, "message", object.get("status", "message"));
        add(parts, "reason", object.get("status", "reason"));
        add(parts, "modes", object.get("status", "accessModes"));
        add(parts, "capacity", object.get("status", "capacity"));
        add(parts, "replicas", object.get("status", "readyReplicas"));
        if (object.getMetadata().getDeletionTimestamp() != null) {
            parts.add("terminating");
        }
        add(parts, "finalizers", object.getMetadata().getFinalizers());
        if (!object.getKind().equals("Pod")) {
            add(parts, "annotations", new TreeMap<>(annotations(object)));
        }
        object.getMetadata()
                .getOwnerReferences()
                .forEach(r -> parts.add("owner " + r.getKind() + " " + r.getName() + " " + r.getController()));
        for (String field : List.of(
                "volumeName",
                "storageClassName",
                "volumeMode",
                "persistentVolumeReclaimPolicy",
                "nodeAffinity",
                "local",
                "persistentVolumeClaimRetentionPolicy")) {
            add(parts, field, object.get("spec", field));
        }
        Map<String, Object> reference = object.get("spec", "claimRef");
        if (reference != null) {
            parts.add("claimRef " + reference.get("name") + (reference.containsKey("uid") ? " with uid" : ""));
        }
        List<Map<String, Object>> conditions = object.get("status", "conditions");
        Objects.requireNonNullElse(conditions, List.<Map<String, Object>>of()).stream()
                .filter(c -> "PodScheduled".equals(c.get("type")) && "False".equals(c.get("status")))
                .forEach(c -> parts.add(c.get("reason") + ": " + c.get("message")));
        return String.join(", ", parts);
    }

    private static Map<String, String> annotations(GenericKubernetesResource object) {
        return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
    }

    private static void add(List<String> parts, String name, Object value) {
        if (value != null && !value.equals(List.of()) && !value.equals(Map.of())) {
            parts.add(name + " " + value);
        }
    }

    private Resource<GenericKubernetesResource> resource(String named) {
        String[] words = named.split(" ");
        var all = client.genericKubernetesResources(VERSIONS.getOrDefault(words[0], "v1"), words[0]);
        return isClusterWide(words[0])
                ? all.withName(words[1])
                : all.inNamespace(namespace).withName(words[1]);
    }

    private static boolean isClusterWide(String kind) {
        return kind.equals("PersistentVolume") || kind.equals("StorageClass");
    }

    private String places(String text) {
        return text.replace("NODE", node).replace("NS", namespace);
    }

    private String stable(String text) {
        return text.replaceAll("(?s)\n@@.*", "") // what upstream prints of its own Go structures
                .replace(namespace, "NS")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID")
                .replaceAll("\\b" + node + "\\b", "NODE")
                .replaceAll("/[\\w/.-]+/pvc-UID_", "/PATH/pvc-UID_");
    }

    private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }
}
