package kubelab.controlplane.apiserver;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes out the fields behind feature gates that are off: they are read, and nothing of them stays.
 *
 * <p>Source: the dropDisabledFields functions under pkg/api and pkg/registry, with the gates of release 1.34:
 * ContainerRestartRules, ContainerStopSignals, ImageVolume, HostnameOverride, EnvFiles, ClusterTrustBundleProjection,
 * PodCertificateRequest, CrossNamespaceVolumeDataSource, HPAConfigurableTolerance, MaxUnavailableStatefulSet,
 * CoordinatedLeaderElection, MutableCSINodeAllocatableCount.
 */
final class DisabledFields {
    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    private DisabledFields() {}

    static void drop(Resource resource, ObjectNode object) {
        switch (resource.group() + "/" + resource.plural()) {
            case "/pods" -> pod(Json.object(object, "spec"));
            case "/podtemplates" -> pod(Json.object(object, "template", "spec"));
            case "batch/cronjobs" -> pod(Json.object(object, "spec", "jobTemplate", "spec", "template", "spec"));
            case "/nodes" -> ifThere(Json.object(object, "spec"), spec -> spec.remove("configSource"));
            case "storage.k8s.io/csidrivers" ->
                ifThere(Json.object(object, "spec"), spec -> spec.remove("nodeAllocatableUpdatePeriodSeconds"));
            case "coordination.k8s.io/leases" ->
                ifThere(Json.object(object, "spec"), spec -> spec.remove(List.of("strategy", "preferredHolder")));
            case "discovery.k8s.io/endpointslices" ->
                Json.objects(object, "endpoints").forEach(endpoint -> endpoint.remove("deprecatedTopology"));
            case "/persistentvolumeclaims" -> claim(Json.object(object, "spec"));
            case "autoscaling/horizontalpodautoscalers" -> {
                for (String direction : List.of("scaleUp", "scaleDown")) {
                    ifThere(Json.object(object, "spec", "behavior", direction), rules -> rules.remove("tolerance"));
                }
            }
            case "apps/statefulsets" -> {
                pod(Json.object(object, "spec", "template", "spec"));
                ifThere(
                        Json.object(object, "spec", "updateStrategy", "rollingUpdate"),
                        rolling -> rolling.remove("maxUnavailable"));
            }
            case "apps/deployments", "apps/replicasets", "apps/daemonsets", "batch/jobs", "/replicationcontrollers" ->
                pod(Json.object(object, "spec", "template", "spec"));
            default -> {}
        }
    }

    private static void pod(@Nullable ObjectNode spec) {
        if (spec == null) {
            return;
        }
        spec.remove("hostnameOverride");
        imageVolumes(spec);
        for (String list : CONTAINERS) {
            for (ObjectNode container : Json.objects(spec, list)) {
                container.remove("restartPolicyRules");
                if (!list.equals("initContainers")
                        || !Json.string(container, "restartPolicy").equals("Always")) {
                    container.remove("restartPolicy");
                }
                ObjectNode lifecycle = Json.object(container, "lifecycle");
                if (lifecycle != null && lifecycle.remove("stopSignal") != null && lifecycle.isEmpty()) {
                    container.remove("lifecycle");
                }
                for (ObjectNode variable : Json.objects(container, "env")) {
                    ifThere(Json.object(variable, "valueFrom"), source -> source.remove("fileKeyRef"));
                }
            }
        }
        for (ObjectNode volume : Json.objects(spec, "volumes")) {
            for (ObjectNode source : Json.objects(volume, "projected", "sources")) {
                source.remove(List.of("clusterTrustBundle", "podCertificate"));
            }
            claim(Json.object(volume, "ephemeral", "volumeClaimTemplate", "spec"));
        }
    }

    /** They go as a whole, and so do their mounts. */
    private static void imageVolumes(ObjectNode spec) {
        Set<String> names = new HashSet<>();
        if (spec.get("volumes") instanceof ArrayNode volumes) {
            for (int i = volumes.size() - 1; i >= 0; i--) {
                if (volumes.get(i).has("image")) {
                    names.add(Json.string(volumes.get(i), "name"));
                    volumes.remove(i);
                }
            }
            if (volumes.isEmpty()) {
                spec.remove("volumes");
            }
        }
        for (String list : names.isEmpty() ? List.<String>of() : CONTAINERS) {
            for (ObjectNode container : Json.objects(spec, list)) {
                if (container.get("volumeMounts") instanceof ArrayNode mounts) {
                    for (int i = mounts.size() - 1; i >= 0; i--) {
                        if (names.contains(Json.string(mounts.get(i), "name"))) {
                            mounts.remove(i);
                        }
                    }
                    if (mounts.isEmpty()) {
                        container.remove("volumeMounts");
                    }
                }
            }
        }
    }

    private static void claim(@Nullable ObjectNode spec) {
        ObjectNode reference = Json.object(spec, "dataSourceRef");
        if (spec != null
                && reference != null
                && !Json.string(reference, "namespace").isEmpty()) {
            spec.remove("dataSourceRef");
        }
    }

    private static void ifThere(@Nullable ObjectNode object, Consumer<ObjectNode> change) {
        if (object != null) {
            change.accept(object);
        }
    }
}
