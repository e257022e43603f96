package kubelab.controlplane.apiserver.strategy;

import java.util.Map;
import java.util.Set;
import kubelab.controlplane.apiserver.structural.CustomDefinition;

/**
 * Which strategy a kind has. A kind that is not listed is like any other; {@link PlainStrategy} is for those whose
 * generation is not counted.
 */
public final class Strategies {
    private static final Strategy ORDINARY = new Strategy() {};
    private static final Strategy PLAIN = new PlainStrategy();

    /** {@code apiVersion kind} → what is special about it. */
    private static final Map<String, Strategy> BY_KIND = Map.ofEntries(
            Map.entry("v1 ConfigMap", PLAIN),
            Map.entry("v1 Endpoints", new EndpointsStrategy()),
            Map.entry("v1 Event", new EventStrategy(true)),
            Map.entry("v1 LimitRange", new LimitRangeStrategy()),
            Map.entry("v1 Namespace", new NamespaceStrategy()),
            Map.entry("v1 Node", new NodeStrategy()),
            Map.entry("v1 PersistentVolume", new PersistentVolumeStrategy()),
            Map.entry("v1 PersistentVolumeClaim", new PersistentVolumeClaimStrategy()),
            Map.entry("v1 Pod", new PodStrategy()),
            Map.entry("v1 PodTemplate", new PodTemplateStrategy()),
            Map.entry("v1 ReplicationController", new ReplicationControllerStrategy()),
            Map.entry("v1 ResourceQuota", new ResourceQuotaStrategy()),
            Map.entry("v1 Secret", new SecretStrategy()),
            Map.entry("v1 Service", new ServiceStrategy()),
            Map.entry("v1 ServiceAccount", new ServiceAccountStrategy()),
            Map.entry("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", new PolicyStrategy()),
            Map.entry("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding", new PolicyStrategy()),
            Map.entry("apiextensions.k8s.io/v1 CustomResourceDefinition", new CustomResourceDefinitionStrategy()),
            Map.entry("apiregistration.k8s.io/v1 APIService", new ApiServiceStrategy()),
            Map.entry("apps/v1 ControllerRevision", PLAIN),
            Map.entry("apps/v1 DaemonSet", new DaemonSetStrategy()),
            Map.entry("apps/v1 Deployment", new WorkloadStrategy()),
            Map.entry("apps/v1 ReplicaSet", new ReplicaSetStrategy()),
            Map.entry("apps/v1 StatefulSet", new StatefulSetStrategy()),
            Map.entry("autoscaling/v1 HorizontalPodAutoscaler", new AutoscalerStrategy(1)),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", new AutoscalerStrategy(2)),
            Map.entry("batch/v1 CronJob", new CronJobStrategy()),
            Map.entry("batch/v1 Job", new JobStrategy()),
            Map.entry("coordination.k8s.io/v1 Lease", new LeaseStrategy()),
            Map.entry("discovery.k8s.io/v1 EndpointSlice", new EndpointSliceStrategy()),
            Map.entry("events.k8s.io/v1 Event", new EventStrategy(false)),
            Map.entry("networking.k8s.io/v1 IPAddress", PLAIN),
            Map.entry("networking.k8s.io/v1 Ingress", new IngressStrategy()),
            Map.entry("networking.k8s.io/v1 ServiceCIDR", PLAIN),
            Map.entry("node.k8s.io/v1 RuntimeClass", PLAIN),
            Map.entry("policy/v1 PodDisruptionBudget", new DisruptionBudgetStrategy()),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", PLAIN),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", PLAIN),
            Map.entry("rbac.authorization.k8s.io/v1 Role", PLAIN),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", PLAIN),
            Map.entry("scheduling.k8s.io/v1 PriorityClass", new PriorityClassStrategy()),
            Map.entry("storage.k8s.io/v1 CSIDriver", new CsiDriverStrategy()),
            Map.entry("storage.k8s.io/v1 CSINode", PLAIN),
            Map.entry("storage.k8s.io/v1 StorageClass", PLAIN),
            Map.entry("storage.k8s.io/v1 VolumeAttachment", new VolumeAttachmentStrategy()));

    private Strategies() {}

    /** Of a built-in kind. @param apiVersion {@code v1}, {@code apps/v1} */
    public static Strategy builtIn(String apiVersion, String kind) {
        return BY_KIND.getOrDefault(apiVersion + " " + kind, ORDINARY);
    }

    /** Of a custom resource. */
    public static Strategy custom(CustomDefinition.Version version) {
        return new CustomStrategy(version);
    }

    /** The kinds that have something special, as {@code apiVersion kind}. */
    static Set<String> kinds() {
        return BY_KIND.keySet();
    }
}
