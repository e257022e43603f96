package kubelab.controlplane.apiserver;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code dataSource} and {@code dataSourceRef} of a claim: the older field and the newer one say the same.
 *
 * <p>Source: pkg/api/persistentvolumeclaim/util.go, release 1.34.
 */
final class DataSources {
    private DataSources() {}

    /** @param inUse whether the claim had a source before, which then stays whatever it is */
    static void normalise(ObjectNode spec, boolean inUse) {
        ObjectNode source = Json.object(spec, "dataSource");
        if (!inUse && source != null && !isKnown(source)) {
            spec.remove("dataSource");
            source = null;
        }
        ObjectNode reference = Json.object(spec, "dataSourceRef");
        if (source != null && reference == null) {
            spec.set("dataSourceRef", source.deepCopy());
        } else if (source == null && reference != null) {
            spec.set("dataSource", reference.deepCopy().retain(List.of("apiGroup", "kind", "name")));
        }
    }

    /** Other kinds are for the newer field only. */
    private static boolean isKnown(ObjectNode source) {
        String kind = Json.string(source, "kind");
        String group = Json.string(source, "apiGroup");
        return kind.equals("PersistentVolumeClaim") && group.isEmpty()
                || kind.equals("VolumeSnapshot") && group.equals("snapshot.storage.k8s.io");
    }
}
