package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Rows of volumes and their classes. */
final class StorageRows {
    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    private StorageRows() {}

    static List<Object> volume(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        JsonNode claim = spec.path("claimRef");
        return List.of(
                Text.name(object),
                Text.or(spec.path("capacity").path("storage"), "0"),
                accessModes(spec.path("accessModes")),
                spec.path("persistentVolumeReclaimPolicy").asString(""),
                phase(object),
                claim.isObject()
                        ? claim.path("namespace").asString("") + "/"
                                + claim.path("name").asString("")
                        : "",
                spec.path("storageClassName").asString(""),
                Text.or(spec.path("volumeAttributesClassName"), Text.UNSET),
                object.path("status").path("reason").asString(""),
                Text.age(object, now),
                Text.or(spec.path("volumeMode"), Text.UNSET));
    }

    static List<Object> claim(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        JsonNode status = object.path("status");
        String volume = spec.path("volumeName").asString("");
        return List.of(
                Text.name(object),
                phase(object),
                volume,
                volume.isEmpty() ? "" : Text.or(status.path("capacity").path("storage"), "0"),
                volume.isEmpty() ? "" : accessModes(status.path("accessModes")),
                spec.path("storageClassName").asString(""),
                Text.or(spec.path("volumeAttributesClassName"), Text.UNSET),
                Text.age(object, now),
                Text.or(spec.path("volumeMode"), Text.UNSET));
    }

    private static String phase(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp")
                ? "Terminating"
                : object.path("status").path("phase").asString("");
    }

    private static String accessModes(JsonNode modes) {
        List<String> given = Text.strings(modes);
        StringJoiner joined = new StringJoiner(",");
        List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
                .forEach(mode -> {
                    if (given.contains(mode)) {
                        joined.add(mode.replaceAll("[a-z]", "")
                                .replace("ROM", "ROX")
                                .replace("RWM", "RWX"));
                    }
                });
        return joined.toString();
    }

    static List<Object> storageClass(JsonNode object, Instant now) {
        boolean isDefault = object.path("metadata")
                .path("annotations")
                .path(DEFAULT_CLASS)
                .asString("")
                .equals("true");
        return List.of(
                isDefault ? Text.name(object) + " (default)" : Text.name(object),
                object.path("provisioner").asString(""),
                Text.or(object.path("reclaimPolicy"), "Delete"),
                Text.or(object.path("volumeBindingMode"), "Immediate"),
                object.path("allowVolumeExpansion").asBoolean(false),
                Text.age(object, now));
    }

    static List<Object> attachment(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        return List.of(
                Text.name(object),
                spec.path("attacher").asString(""),
                spec.path("source").path("persistentVolumeName").asString(""),
                spec.path("nodeName").asString(""),
                object.path("status").path("attached").asBoolean(false),
                Text.age(object, now));
    }

    static List<Object> attributesClass(JsonNode object, Instant now) {
        return List.of(Text.name(object), object.path("driverName").asString(""), Text.age(object, now));
    }

    static List<Object> csiNode(JsonNode object, Instant now) {
        return List.of(Text.name(object), object.path("spec").path("drivers").size(), Text.age(object, now));
    }

    static List<Object> csiDriver(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        return List.of(
                Text.name(object),
                spec.path("attachRequired").asBoolean(true),
                spec.path("podInfoOnMount").asBoolean(false),
                spec.path("storageCapacity").asBoolean(false),
                Text.UNSET,
                spec.path("requiresRepublish").asBoolean(false),
                String.join(",", Text.strings(spec.path("volumeLifecycleModes"))),
                Text.age(object, now));
    }
}
