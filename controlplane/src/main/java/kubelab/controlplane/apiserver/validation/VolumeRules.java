package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Volumes of a Pod. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class VolumeRules {
    private static final int LONGEST_INITIATOR = 64;
    private static final String ONE_TYPE = "may not specify more than 1 volume type";
    /** All types of volumes, in the order in which they are looked at: the first that is there counts. */
    private static final Map<String, Consumer<Field>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("emptyDir", VolumeRules::emptyDir);
        TYPES.put("hostPath", VolumeSources::hostPath);
        TYPES.put("gitRepo", VolumeRules::gitRepo);
        TYPES.put("gcePersistentDisk", VolumeSources::gceDisk);
        TYPES.put("awsElasticBlockStore", VolumeSources::awsDisk);
        TYPES.put("secret", source -> files(source, "secretName"));
        TYPES.put("nfs", VolumeSources::nfs);
        TYPES.put("iscsi", VolumeSources::iscsi);
        TYPES.put("glusterfs", source -> source.needs("endpoints", "path"));
        TYPES.put("flocker", VolumeSources::flocker);
        TYPES.put("persistentVolumeClaim", source -> source.needs("claimName"));
        TYPES.put("rbd", source -> source.needs("monitors", "image"));
        TYPES.put("cinder", VolumeRules::cinder);
        TYPES.put("cephfs", source -> source.needs("monitors"));
        TYPES.put("quobyte", VolumeSources::quobyte);
        TYPES.put("downwardAPI", VolumeRules::downward);
        TYPES.put("fc", VolumeSources::fibreChannel);
        TYPES.put("flexVolume", VolumeSources::flex);
        TYPES.put("configMap", source -> files(source, "name"));
        TYPES.put("azureFile", source -> source.needs("secretName", "shareName"));
        TYPES.put("vsphereVolume", source -> source.needs("volumePath"));
        TYPES.put("photonPersistentDisk", source -> source.needs("pdID"));
        TYPES.put("portworxVolume", source -> source.needs("volumeID"));
        TYPES.put("azureDisk", VolumeSources::azureDisk);
        TYPES.put("storageos", VolumeRules::storageOs);
        TYPES.put("projected", ProjectedRules::check);
        TYPES.put("scaleIO", source -> source.needs("gateway", "system", "volumeName"));
        TYPES.put("csi", VolumeRules::csi);
        TYPES.put("ephemeral", VolumeRules::ephemeral);
        TYPES.put("image", VolumeRules::image);
    }

    /** What messages about a second type call it, where that is not its name. */
    private static final Map<String, String> MISSPELT = Map.of("cephfs", "cephFS", "downwardAPI", "downwarAPI");

    private VolumeRules() {}

    /**
     * @param podName of the Pod whose volumes these are; empty in a template
     * @return the volumes that are right, by their names, for the mounts
     */
    static Map<String, JsonNode> check(Field volumes, String podName) {
        Map<String, JsonNode> right = new LinkedHashMap<>();
        Set<String> made = new HashSet<>();
        for (Field volume : volumes.items()) {
            if (volume.has("ephemeral") && !podName.isEmpty()) {
                made.add(podName + "-" + volume.text("name"));
            }
        }
        for (Field volume : volumes.items()) {
            int before = volume.errors().size();
            source(volume, podName);
            volume.get("name").requiredName(Names::label);
            String name = volume.text("name");
            if (right.containsKey(name)) {
                volume.get("name").duplicate(name);
            }
            if (volume.errors().size() == before) {
                right.put(name, volume.node());
            }
            Field claim = volume.at("persistentVolumeClaim", "claimName");
            if (made.contains(claim.text())) {
                claim.invalid("must not reference a PVC that gets created for an ephemeral volume");
            }
        }
        return right;
    }

    private static void source(Field volume, String podName) {
        List<String> there = new ArrayList<>(TYPES.keySet());
        there.removeIf(type -> !volume.has(type));
        if (there.isEmpty()) {
            volume.required("must specify a volume type");
            return;
        }
        String type = there.get(0);
        @Nullable Consumer<Field> rule = TYPES.get(type);
        if (rule != null) {
            rule.accept(volume.get(type, type.equals("gcePersistentDisk") ? "persistentDisk" : type));
        }
        there.stream().skip(1).forEach(other -> volume.get(other, MISSPELT.getOrDefault(other, other))
                .forbidden(ONE_TYPE));
        String name = volume.text("name");
        Field iscsi = volume.get("iscsi");
        if (iscsi.has("initiatorName") && (name + ":" + iscsi.text("targetPortal")).length() > LONGEST_INITIATOR) {
            volume.get("name")
                    .invalid(
                            name,
                            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                                    + " iscsi.initiatorName is specified.");
        }
        if (type.equals("ephemeral") && !podName.isEmpty() && !name.isEmpty()) {
            String claim = podName + "-" + name;
            Names.subdomain(claim)
                    .forEach(reason -> volume.get("name").invalid(name, "PVC name \"" + claim + "\": " + reason));
        }
    }

    private static void emptyDir(Field source) {
        Field limit = source.get("sizeLimit");
        if (limit.isSet() && Quantity.value(limit.text()).signum() < 0) {
            limit.forbidden("SizeLimit field must be a valid resource quantity");
        }
    }

    private static void gitRepo(Field source) {
        source.needs("repository");
        Paths.descending(source.get("directory"));
    }

    /** Secrets and ConfigMaps as files. */
    private static void files(Field source, String name) {
        source.needs(name);
        Paths.mode(source.get("defaultMode"));
        source.get("items").items().forEach(VolumeRules::item);
    }

    static void item(Field item) {
        item.needs("key", "path");
        Paths.notReserved(item.get("path"));
        Paths.mode(item.get("mode"));
    }

    private static void downward(Field source) {
        Paths.mode(source.get("defaultMode"));
        source.get("items").items().forEach(item -> downwardFile(item, source));
    }

    /** @param shown what messages call the file: upstream forgets its index */
    static void downwardFile(Field item, Field shown) {
        Field file = new Field(shown.path(), item.node(), item.errors());
        file.needs("path");
        Paths.notReserved(file.get("path"));
        if (file.has("fieldRef")) {
            EnvironmentRules.fieldRef(file.get("fieldRef"), EnvironmentRules.VOLUME_FIELDS);
            if (file.has("resourceFieldRef")) {
                file.invalid("resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (file.has("resourceFieldRef")) {
            EnvironmentRules.resourceFieldRef(file.get("resourceFieldRef"), true);
        } else {
            file.required("one of fieldRef and resourceFieldRef is required");
        }
        Paths.mode(file.get("mode"));
    }

    private static void cinder(Field source) {
        source.needs("volumeID");
        if (source.has("secretRef")) {
            source.get("secretRef").needs("name");
        }
    }

    private static void storageOs(Field source) {
        source.get("volumeName").requiredName(Names::label);
        source.get("volumeNamespace").optionalName(Names::label);
        if (source.has("secretRef")) {
            source.get("secretRef").needs("name");
        }
    }

    private static void csi(Field source) {
        VolumeSources.driver(source.get("driver"));
        Field secret = source.at("nodePublishSecretRef", "name");
        if (source.has("nodePublishSecretRef") && secret.isEmpty()) {
            secret.required();
        } else if (source.has("nodePublishSecretRef")) {
            Names.subdomain(secret.text()).forEach(reason -> source.get("name").invalid(secret.text(), reason));
        }
    }

    private static void ephemeral(Field source) {
        Field template = source.get("volumeClaimTemplate");
        if (!template.isSet()) {
            template.required();
            return;
        }
        Field metadata = template.get("metadata");
        MetadataRules.annotations(metadata.get("annotations"));
        MetadataRules.labels(
                metadata.get("labels").path(), metadata.get("labels").node(), metadata.errors());
        for (String field : metadata.keys()) {
            boolean nothing = field.equals("creationTimestamp") && !metadata.has(field);
            if (!field.equals("annotations") && !field.equals("labels") && !nothing) {
                metadata.get(field).forbidden("cannot be set");
            }
        }
        ClaimRules.spec(template.get("spec"));
    }

    private static void image(Field source) {
        source.needs("reference");
        source.get("pullPolicy").requiredOneOf("Always", "IfNotPresent", "Never");
    }
}
