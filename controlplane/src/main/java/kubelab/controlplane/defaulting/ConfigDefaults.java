package kubelab.controlplane.defaulting;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import kubelab.controlplane.apiserver.Json;
import tools.jackson.databind.node.ObjectNode;

/** Small kinds. Source: defaults.go under pkg/apis core/v1, rbac/v1, storage/v1, scheduling/v1, release 1.34. */
final class ConfigDefaults {
    private ConfigDefaults() {}

    static void secret(ObjectNode secret) {
        Defaults.text(secret, "type", "Opaque");
        // stringData is for writing only: it ends up in data.
        ObjectNode texts = Json.object(secret, "stringData");
        if (texts != null) {
            ObjectNode data = Json.ensure(secret, "data");
            Json.map(texts)
                    .forEach((k, v) ->
                            data.put(k, Base64.getEncoder().encodeToString(v.getBytes(StandardCharsets.UTF_8))));
        }
        secret.remove("stringData");
    }

    static void namespace(ObjectNode namespace) {
        String name = Json.string(namespace, "metadata", "name");
        if (!name.isEmpty()) {
            Defaults.text(Json.ensure(namespace, "metadata", "labels"), "kubernetes.io/metadata.name", name);
        }
    }

    static void persistentVolume(ObjectNode volume) {
        ObjectNode spec = Json.ensure(volume, "spec");
        Defaults.text(spec, "persistentVolumeReclaimPolicy", "Retain");
        Defaults.text(spec, "volumeMode", "Filesystem");
        VolumeDefaults.source(spec);
        ObjectNode hostPath = Json.object(spec, "hostPath");
        if (hostPath != null && Defaults.isUnset(hostPath, "type")) {
            hostPath.put("type", "");
        }
    }

    static void persistentVolumeClaim(ObjectNode claim) {
        Defaults.text(Json.ensure(claim, "spec"), "volumeMode", "Filesystem");
    }

    /** Limits without a default of their own fall back on max, requests on limits. */
    static void limitRange(ObjectNode range) {
        for (ObjectNode limit : Json.objects(range, "spec", "limits")) {
            if (!Json.string(limit, "type").equals("Container")) {
                continue;
            }
            for (List<String> rule : List.of(
                    List.of("max", "default"),
                    List.of("default", "defaultRequest"),
                    List.of("min", "defaultRequest"))) {
                Json.map(limit, rule.get(0)).forEach((k, v) -> {
                    ObjectNode target = Json.ensure(limit, rule.get(1));
                    if (!target.has(k)) {
                        target.put(k, v);
                    }
                });
            }
        }
    }

    static void storageClass(ObjectNode storageClass) {
        Defaults.text(storageClass, "reclaimPolicy", "Delete");
        Defaults.text(storageClass, "volumeBindingMode", "Immediate");
    }

    static void csiDriver(ObjectNode driver) {
        ObjectNode spec = Json.ensure(driver, "spec");
        Defaults.flag(spec, "attachRequired", true);
        for (String field : List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount")) {
            Defaults.flag(spec, field, false);
        }
        if (Json.items(spec, "volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
        if (Defaults.isUnset(spec, "fsGroupPolicy")) {
            spec.put("fsGroupPolicy", "ReadWriteOnceWithFSType");
        }
    }

    /** The older field and the first of the newer one are the same. */
    static void node(ObjectNode node) {
        ObjectNode spec = Json.ensure(node, "spec");
        String range = Json.string(spec, "podCIDR");
        List<String> ranges = Json.strings(spec, "podCIDRs");
        if (!range.isEmpty() && (ranges.isEmpty() || !ranges.get(0).equals(range))) {
            spec.putArray("podCIDRs").add(range);
        } else if (range.isEmpty() && !ranges.isEmpty()) {
            spec.put("podCIDR", ranges.get(0));
        }
    }

    static void priorityClass(ObjectNode priorityClass) {
        Defaults.word(priorityClass, "preemptionPolicy", "PreemptLowerPriority");
    }

    static void roleBinding(ObjectNode binding) {
        ObjectNode role = Json.object(binding, "roleRef");
        if (role != null) {
            Defaults.text(role, "apiGroup", "rbac.authorization.k8s.io");
        }
        for (ObjectNode subject : Json.objects(binding, "subjects")) {
            String kind = Json.string(subject, "kind");
            if (kind.equals("User") || kind.equals("Group")) {
                Defaults.text(subject, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }
}
