package kubelab.controlplane.apiserver.validation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is accepted and yet told: deprecated, ambiguous or without effect.
 *
 * <p>Source: WarningsOnCreate and WarningsOnUpdate of the strategies under pkg/registry, and pkg/api, release 1.34.
 */
public final class Warnings {
    private static final Map<String, String> STORAGE_ANNOTATIONS = Map.of(
            "volume.beta.kubernetes.io/storage-class",
            "deprecated since v1.8; use \"storageClassName\" attribute instead",
            "volume.beta.kubernetes.io/mount-options",
            "deprecated since v1.31; use \"mountOptions\" attribute instead");
    private static final Map<String, String> OLD_VOLUMES = Map.of(
            "cephfs", "deprecated in v1.28, non-functional in v1.31+",
            "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+",
            "scaleIO", "deprecated in v1.16, non-functional in v1.22+",
            "storageos", "deprecated in v1.22, non-functional in v1.25+",
            "glusterfs", "deprecated in v1.25, non-functional in v1.26+",
            "rbd", "deprecated in v1.28, non-functional in v1.31+");

    private final List<String> found = new ArrayList<>();
    private final Field object;
    private final boolean created;

    private Warnings(ObjectNode object, boolean created) {
        this.object = Field.root(object, new ErrorList());
        this.created = created;
    }

    /** @param old null when it is created */
    public static List<String> of(ObjectNode object, @Nullable ObjectNode old) {
        Warnings warnings = new Warnings(object, old == null);
        // of what has a generation upstream looks at the template again only when the spec has changed
        boolean changed = old == null || !object.path("spec").equals(old.path("spec"));
        warnings.look(changed);
        return warnings.found;
    }

    private void look(boolean changed) {
        Field spec = object.get("spec");
        switch (object.text("kind")) {
            case "Pod" -> {
                if (created) {
                    name("this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is"
                            + " recommended: ");
                    found.addAll(PodWarnings.of("", object));
                }
            }
            case "PodTemplate" -> found.addAll(PodWarnings.of("template", object.get("template")));
            case "Deployment", "ReplicaSet", "ReplicationController", "Job" -> {
                if (created) {
                    podsName();
                }
                template(changed, spec.get("template"));
            }
            case "DaemonSet" -> template(changed, spec.get("template"));
            case "StatefulSet" -> {
                template(changed, spec.get("template"));
                int i = 0;
                for (Field claim : spec.get("volumeClaimTemplates").items()) {
                    String where = "spec.volumeClaimTemplates[" + i++ + "]" + (created ? ".spec" : ".Spec");
                    claim(where, claim.get("spec"));
                }
                if (spec.get("revisionHistoryLimit").number() < 0) {
                    found.add("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >="
                            + " 0 is recommended");
                }
            }
            case "CronJob" -> {
                if (created) {
                    podsName();
                }
                template(changed, spec.at("jobTemplate", "spec", "template"));
            }
            case "Service" -> service(spec);
            case "Ingress" -> {
                if (created && object.at("metadata", "annotations").has("kubernetes.io/ingress.class")) {
                    found.add("annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                            + " 'spec.ingressClassName' instead");
                }
            }
            case "NetworkPolicy" -> found.addAll(RangeWarnings.policy(spec));
            case "EndpointSlice" -> {
                if (created && object.is("addressType", "FQDN")) {
                    found.add("spec.addressType: FQDN endpoints are deprecated");
                }
            }
            case "Secret" -> secret();
            case "PersistentVolume" -> volume(spec);
            case "PersistentVolumeClaim" -> {
                annotations("volume.beta.kubernetes.io/storage-class");
                claim("spec", spec);
            }
            case "StorageClass" -> topologies();
            case "CSIStorageCapacity" -> selector(object.get("nodeTopology"));
            case "RuntimeClass" -> {
                for (String key : object.at("scheduling", "nodeSelector").keys()) {
                    label("scheduling.nodeSelector", key);
                }
            }
            case "Node" -> {
                if (!spec.get("externalID").isEmpty()) {
                    found.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
                }
                if (spec.has("configSource")) {
                    found.add("spec.configSource: the feature is removed");
                }
            }
            default -> {}
        }
    }

    private void name(String text) {
        List<String> wrong = Names.label(object.get("metadata").text("name"));
        if (!wrong.isEmpty()) {
            found.add("metadata.name: " + text + "[" + String.join(" ", wrong) + "]");
        }
    }

    private void podsName() {
        name("this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is"
                + " recommended: ");
    }

    private void template(boolean changed, Field template) {
        if (changed) {
            found.addAll(PodWarnings.of(template.path(), template));
        }
    }

    private void service(Field spec) {
        if (object.at("metadata", "annotations").has("service.kubernetes.io/topology-aware-hints")) {
            found.add("annotation service.kubernetes.io/topology-aware-hints is deprecated, please use"
                    + " service.kubernetes.io/topology-mode instead");
        }
        boolean external = spec.is("type", "ExternalName");
        if (spec.is("type", "ClusterIP") && spec.is("clusterIP", "None")) {
            if (!spec.get("loadBalancerIP").isEmpty()) {
                found.add("spec.loadBalancerIP is ignored for headless services");
            }
            if (!spec.get("externalIPs").isEmpty()) {
                found.add("spec.externalIPs is ignored for headless services");
            }
            if (!spec.is("sessionAffinity", "None")) {
                found.add("spec.SessionAffinity is ignored for headless services");
            }
        }
        if (external && !spec.get("externalIPs").isEmpty()) {
            found.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        } else if (!external && !spec.get("externalName").isEmpty()) {
            found.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
    }

    /** Whether certificate and key are there at all; whether they belong together is not looked at. */
    private void secret() {
        if (object.is("type", "kubernetes.io/tls")) {
            if (!isPem(object.get("data").text("tls.crt"))) {
                found.add("tls: failed to find any PEM data in certificate input");
            } else if (!isPem(object.get("data").text("tls.key"))) {
                found.add("tls: failed to find any PEM data in key input");
            }
        }
    }

    private static boolean isPem(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private void volume(Field spec) {
        annotations("volume.beta.kubernetes.io/storage-class", "volume.beta.kubernetes.io/mount-options");
        if (spec.is("persistentVolumeReclaimPolicy", "Recycle")) {
            found.add("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the"
                    + " recommended approach is to use dynamic provisioning.");
        }
        for (Field term :
                spec.at("nodeAffinity", "required", "nodeSelectorTerms").items()) {
            found.addAll(PodWarnings.nodeTerm(term, false));
        }
        for (String type : List.of("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")) {
            if (spec.has(type)) {
                found.add("spec." + (type.equals("storageos") ? "storageOS" : type) + ": " + OLD_VOLUMES.get(type));
            }
        }
    }

    private void annotations(String... keys) {
        for (String key : keys) {
            if (object.at("metadata", "annotations").has(key)) {
                found.add("metadata.annotations[" + key + "]: " + STORAGE_ANNOTATIONS.get(key));
            }
        }
    }

    private void claim(String where, Field spec) {
        for (String kind : List.of("requests", "limits")) {
            JsonNode amount = spec.at("resources", kind, "storage").node();
            if (PodWarnings.isFraction(amount)) {
                found.add(where + ".resources." + kind + "[storage]: " + PodWarnings.fraction(amount));
            }
        }
    }

    private void topologies() {
        for (Field term : object.get("allowedTopologies").items()) {
            for (Field expression : term.get("matchLabelExpressions").items()) {
                label(expression.path() + ".key", expression.text("key"));
            }
        }
    }

    private void selector(Field selector) {
        for (Field expression : selector.get("matchExpressions").items()) {
            String message = PodWarnings.OLD_LABELS.get(expression.text("key"));
            if (message != null) {
                found.add(expression.path() + ".key: " + expression.text("key") + " is " + message);
            }
        }
        selector.get("matchLabels").keys().forEach(key -> label(selector.path() + ".matchLabels." + key, key));
    }

    private void label(String where, String key) {
        String message = PodWarnings.OLD_LABELS.get(key);
        if (message != null) {
            found.add(where + ": " + message);
        }
    }
}
