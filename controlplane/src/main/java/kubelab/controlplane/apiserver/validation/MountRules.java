package kubelab.controlplane.apiserver.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Where a container has the Pod's volumes. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class MountRules {
    private MountRules() {}

    /** @param volumes those that are right, by name */
    static void check(Field container, Map<String, JsonNode> volumes) {
        Map<String, String> mounted = byName(container.get("volumeMounts"), "mountPath");
        Map<String, String> devices = byName(container.get("volumeDevices"), "devicePath");
        boolean privileged = container.get("securityContext").flag("privileged");
        Set<String> paths = new HashSet<>();
        for (Field mount : container.get("volumeMounts").items()) {
            String name = mount.text("name");
            mount.needs("name");
            if (!volumes.containsKey(name)) {
                mount.get("name").notFound(name);
            }
            mount.needs("mountPath");
            String path = mount.text("mountPath");
            if (!paths.add(path)) {
                mount.get("mountPath").invalid("must be unique");
            }
            if (devices.containsKey(name)) {
                mount.get("name").invalid("must not already exist in volumeDevices");
            }
            if (devices.containsValue(path)) {
                mount.get("mountPath").invalid("must not already exist as a path in volumeDevices");
            }
            options(mount, container.get("volumeMounts"), privileged);
        }
        devices(container.get("volumeDevices"), mounted, volumes);
    }

    /** @param list upstream forgets the mount's index here */
    private static void options(Field mount, Field list, boolean privileged) {
        Field shown = new Field(list.path(), mount.node(), mount.errors());
        Paths.descending(shown.get("subPath"));
        if (!mount.get("subPathExpr").isEmpty()) {
            if (!mount.get("subPath").isEmpty()) {
                mount.get("subPathExpr").invalid("subPathExpr and subPath are mutually exclusive");
            }
            Paths.descending(shown.get("subPathExpr"));
        }
        Field propagation = shown.get("mountPropagation");
        propagation.optionallyOneOf("Bidirectional", "HostToContainer", "None");
        if (propagation.text().equals("Bidirectional") && !privileged) {
            propagation.forbidden("Bidirectional mount propagation is available only to privileged containers");
        }
        Field recursive = shown.get("recursiveReadOnly");
        recursive.optionallyOneOf("Disabled", "Enabled", "IfPossible");
        if (List.of("Enabled", "IfPossible").contains(recursive.text())) {
            if (!mount.flag("readOnly")) {
                recursive.forbidden("may only be specified when readOnly is true");
            }
            if (propagation.isSet() && !propagation.text().equals("None")) {
                recursive.forbidden("may only be specified when mountPropagation is None or not specified");
            }
        }
    }

    private static void devices(Field devices, Map<String, String> mounted, Map<String, JsonNode> volumes) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (Field device : devices.items()) {
            Field name = device.get("name");
            Field path = device.get("devicePath");
            JsonNode volume = volumes.get(name.text());
            device.needs("name");
            if (names.contains(name.text())) {
                name.invalid("must be unique");
            }
            if (volume == null) {
                name.notFound(name.text());
            } else if (!volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
                name.invalid("can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            device.needs("devicePath");
            if (paths.contains(path.text())) {
                path.invalid("must be unique");
            }
            if (List.of(path.text().split("/", -1)).contains("..")) {
                path.invalid("can not contain backsteps ('..')");
            } else {
                paths.add(path.text());
            }
            if (mounted.containsKey(name.text())) {
                name.invalid("must not already exist in volumeMounts");
            }
            if (mounted.containsValue(path.text())) {
                path.invalid("must not already exist as a path in volumeMounts");
            }
            if (!name.isEmpty()) {
                names.add(name.text());
            }
        }
    }

    private static Map<String, String> byName(Field list, String value) {
        Map<String, String> byName = new HashMap<>();
        list.items().forEach(item -> byName.put(item.text("name"), item.text(value)));
        return byName;
    }
}
