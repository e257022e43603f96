package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PersistentVolumes. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class PersistentVolumeRules {
    private static final int LONGEST_INITIATOR = 64;
    /** All types of volumes, in the order in which they are looked at: the first that is there counts. */
    private static final Map<String, Consumer<Field>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("hostPath", VolumeSources::hostPath);
        TYPES.put("gcePersistentDisk", VolumeSources::gceDisk);
        TYPES.put("awsElasticBlockStore", VolumeSources::awsDisk);
        TYPES.put("glusterfs", PersistentVolumeRules::glusterfs);
        TYPES.put("flocker", VolumeSources::flocker);
        TYPES.put("nfs", VolumeSources::nfs);
        TYPES.put("rbd", source -> source.needs("monitors", "image"));
        TYPES.put("quobyte", VolumeSources::quobyte);
        TYPES.put("cephfs", source -> source.needs("monitors"));
        TYPES.put("iscsi", PersistentVolumeRules::iscsi);
        TYPES.put("cinder", PersistentVolumeRules::cinder);
        TYPES.put("fc", VolumeSources::fibreChannel);
        TYPES.put("flexVolume", VolumeSources::flex);
        TYPES.put("azureFile", PersistentVolumeRules::azureFile);
        TYPES.put("vsphereVolume", source -> source.needs("volumePath"));
        TYPES.put("photonPersistentDisk", source -> source.needs("pdID"));
        TYPES.put("portworxVolume", source -> source.needs("volumeID"));
        TYPES.put("azureDisk", VolumeSources::azureDisk);
        TYPES.put("scaleIO", source -> source.needs("gateway", "system", "volumeName"));
        TYPES.put("local", PersistentVolumeRules::local);
        TYPES.put("storageos", PersistentVolumeRules::storageOs);
        TYPES.put("csi", PersistentVolumeRules::csi);
    }

    /** What messages about a second type call it, where that is not its name. */
    private static final Map<String, String> MISSPELT = Map.of("cephfs", "cephFS");

    private PersistentVolumeRules() {}

    static void check(Field volume) {
        spec(volume.get("spec"), volume.get("metadata").text("name"));
    }

    private static void spec(Field spec, String name) {
        ClaimRules.accessModes(spec.get("accessModes"), "");
        capacity(spec.get("capacity"));
        spec.get("persistentVolumeReclaimPolicy").optionallyOneOf("Delete", "Recycle", "Retain");
        if (spec.has("nodeAffinity")) {
            if (spec.get("nodeAffinity").has("required")) {
                AffinityRules.nodeSelector(spec.at("nodeAffinity", "required"), true);
            } else {
                spec.at("nodeAffinity", "required").required("must specify required node constraints");
            }
        }
        source(spec, name);
        if (spec.at("hostPath", "path").text().replaceAll("/+$", "").isEmpty()
                && spec.at("hostPath", "path").text().startsWith("/")
                && spec.is("persistentVolumeReclaimPolicy", "Recycle")) {
            spec.get("persistentVolumeReclaimPolicy").forbidden("may not be 'recycle' for a hostPath mount of '/'");
        }
        spec.get("storageClassName").optionalName(Names::subdomain);
        ClaimRules.volumeMode(spec.get("volumeMode"));
        Field attributes = spec.get("volumeAttributesClassName");
        if (attributes.isSet()) {
            if (attributes.isEmpty()) {
                attributes.required("an empty string is disallowed");
            } else {
                attributes.name(Names::subdomain);
            }
            if (!spec.has("csi")) {
                spec.get("csi").required("has to be specified when using volumeAttributesClassName");
            }
        }
    }

    private static void capacity(Field capacity) {
        if (capacity.isEmpty()) {
            capacity.required();
        }
        if (!capacity.has("storage") || capacity.keys().size() > 1) {
            capacity.errors().unsupported(capacity.path(), "{}", "storage");
        }
        for (String name : capacity.keys()) {
            Field amount = capacity.key(name);
            if (Quantity.value(amount.text()).signum() < 0) {
                amount.invalidNumber(Quantity.value(amount.text()).longValue(), "must be a valid resource quantity");
            }
            if (Quantity.value(amount.text()).signum() <= 0) {
                amount.invalid("must be greater than zero");
            }
        }
    }

    private static void source(Field spec, String name) {
        List<String> there = new ArrayList<>(TYPES.keySet());
        there.removeIf(type -> !spec.has(type));
        if (there.isEmpty()) {
            spec.required("must specify a volume type");
            return;
        }
        for (int i = 0; i < there.size(); i++) {
            String type = there.get(i);
            Consumer<Field> rule = TYPES.get(type);
            // upstream takes any number of these
            if (rule != null && (i == 0 || type.equals("flexVolume"))) {
                rule.accept(spec.get(type, type.equals("gcePersistentDisk") ? "persistentDisk" : type));
            } else {
                spec.get(type, MISSPELT.getOrDefault(type, type)).forbidden("may not specify more than 1 volume type");
            }
        }
        Field iscsi = spec.get("iscsi");
        String portal = iscsi.text("targetPortal");
        if (there.get(0).equals("iscsi")
                && iscsi.has("initiatorName")
                && (name + ":" + portal).length() > LONGEST_INITIATOR) {
            iscsi.get("targetportal")
                    .invalid(
                            portal,
                            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                                    + " iscsi.initiatorName is specified.");
        }
        if (there.get(0).equals("local") && !spec.has("nodeAffinity")) {
            spec.get("nodeAffinity").required("Local volume requires node affinity");
        }
    }

    private static void glusterfs(Field source) {
        source.needs("endpoints", "path");
        Field namespace = source.get("endpointsNamespace");
        if (namespace.isSet() && namespace.isEmpty()) {
            namespace.invalid("if the endpointnamespace is set, it must be a valid namespace name");
        } else if (namespace.isSet()) {
            namespace.name(Names::label);
        }
    }

    private static void iscsi(Field source) {
        VolumeSources.iscsi(source, "must be valid format");
        if (source.has("secretRef")) {
            source.get("secretRef").needs("name");
        }
    }

    private static void cinder(Field source) {
        source.needs("volumeID");
        if (source.has("secretRef")) {
            source.get("secretRef").needs("name", "namespace");
        }
    }

    private static void azureFile(Field source) {
        source.needs("secretName", "shareName");
        if (source.has("secretNamespace")) {
            source.needs("secretNamespace");
        }
    }

    private static void local(Field source) {
        source.needs("path");
        Paths.noBacksteps(source.get("path"));
    }

    private static void storageOs(Field source) {
        source.get("volumeName").requiredName(Names::label);
        source.get("volumeNamespace").optionalName(Names::label);
        if (source.has("secretRef")) {
            source.get("secretRef").needs("name", "namespace");
        }
    }

    private static void csi(Field source) {
        VolumeSources.driver(source.get("driver"));
        source.needs("volumeHandle");
        for (String reference : List.of(
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef")) {
            if (source.has(reference)) {
                source.at(reference, "name").requiredName(Names::subdomain);
                source.at(reference, "namespace").requiredName(Names::label);
            }
        }
    }

    static void update(Field volume, JsonNode old) {
        JsonNode before = old.path("spec");
        Field spec = volume.get("spec");
        if (!sources(spec.node(), before).equals(sources(before, before))) {
            spec.get("persistentvolumesource").forbidden("spec.persistentvolumesource is immutable after creation");
        }
        volume.errors()
                .immutable(
                        "volumeMode",
                        before.path("volumeMode"),
                        spec.get("volumeMode").node());
        if (before.has("nodeAffinity")
                && !before.path("nodeAffinity").equals(spec.get("nodeAffinity").node())) {
            volume.errors()
                    .invalidObject(
                            "nodeAffinity",
                            spec.has("nodeAffinity") ? "{…}" : "null",
                            "field is immutable, except for updating from beta label to GA");
        }
        Field attributes = spec.get("volumeAttributesClassName");
        if (before.has("volumeAttributesClassName") && !attributes.isSet()) {
            attributes.forbidden("update from non-nil value to nil is forbidden");
        }
    }

    private static ObjectNode sources(JsonNode spec, JsonNode before) {
        ObjectNode sources = ((ObjectNode) spec).objectNode();
        TYPES.keySet().stream()
                .filter(spec::has)
                .forEach(type -> sources.set(type, spec.path(type).deepCopy()));
        if (!before.path("csi").has("controllerExpandSecretRef") && sources.path("csi") instanceof ObjectNode csi) {
            csi.remove("controllerExpandSecretRef");
        }
        return sources;
    }
}
