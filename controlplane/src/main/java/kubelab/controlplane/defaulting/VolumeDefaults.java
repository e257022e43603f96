package kubelab.controlplane.defaulting;

import kubelab.controlplane.apiserver.Json;
import tools.jackson.databind.node.ObjectNode;

/** Sources that Pods and PersistentVolumes share. Source: pkg/apis/core/v1/defaults.go, release 1.34. */
final class VolumeDefaults {
    private VolumeDefaults() {}

    /** @param owner of the source's field */
    static void source(ObjectNode owner) {
        ObjectNode iscsi = Json.object(owner, "iscsi");
        if (iscsi != null) {
            Defaults.text(iscsi, "iscsiInterface", "default");
        }
        ObjectNode rbd = Json.object(owner, "rbd");
        if (rbd != null) {
            Defaults.text(rbd, "pool", "rbd");
            Defaults.text(rbd, "user", "admin");
            Defaults.text(rbd, "keyring", "/etc/ceph/keyring");
        }
        ObjectNode azure = Json.object(owner, "azureDisk");
        if (azure != null) {
            Defaults.word(azure, "cachingMode", "ReadWrite");
            Defaults.word(azure, "kind", "Shared");
            Defaults.word(azure, "fsType", "ext4");
            Defaults.flag(azure, "readOnly", false);
        }
        ObjectNode scaleIo = Json.object(owner, "scaleIO");
        if (scaleIo != null) {
            Defaults.text(scaleIo, "storageMode", "ThinProvisioned");
            Defaults.text(scaleIo, "fsType", "xfs");
        }
    }
}
