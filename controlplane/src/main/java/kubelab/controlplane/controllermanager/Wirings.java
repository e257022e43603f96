package kubelab.controlplane.controllermanager;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import kubelab.controlplane.controllermanager.clusterroleaggregation.ClusterRoleAggregationController;
import kubelab.controlplane.controllermanager.cronjob.CronJobController;
import kubelab.controlplane.controllermanager.daemonset.DaemonSetController;
import kubelab.controlplane.controllermanager.deployment.DeploymentController;
import kubelab.controlplane.controllermanager.disruption.DisruptionController;
import kubelab.controlplane.controllermanager.endpointslice.EndpointSliceController;
import kubelab.controlplane.controllermanager.endpointslice.EndpointSliceMirroringController;
import kubelab.controlplane.controllermanager.endpointslice.EndpointsController;
import kubelab.controlplane.controllermanager.expand.ExpandController;
import kubelab.controlplane.controllermanager.garbagecollector.GarbageCollector;
import kubelab.controlplane.controllermanager.job.JobController;
import kubelab.controlplane.controllermanager.localpath.LocalPathProvisioner;
import kubelab.controlplane.controllermanager.localpath.NodeDirectories;
import kubelab.controlplane.controllermanager.loop.Controller;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.namespace.NamespaceController;
import kubelab.controlplane.controllermanager.nodelifecycle.NodeLifecycleController;
import kubelab.controlplane.controllermanager.persistentvolume.PersistentVolumeController;
import kubelab.controlplane.controllermanager.podautoscaler.HorizontalController;
import kubelab.controlplane.controllermanager.podgc.PodGcController;
import kubelab.controlplane.controllermanager.pvcprotection.PvcProtectionController;
import kubelab.controlplane.controllermanager.pvprotection.PvProtectionController;
import kubelab.controlplane.controllermanager.replicaset.ReplicaSetController;
import kubelab.controlplane.controllermanager.resourcequota.ResourceQuotaController;
import kubelab.controlplane.controllermanager.serviceaccount.RootCaPublisher;
import kubelab.controlplane.controllermanager.serviceaccount.ServiceAccountController;
import kubelab.controlplane.controllermanager.servicelb.ServiceLoadBalancer;
import kubelab.controlplane.controllermanager.statefulset.StatefulSetController;
import kubelab.controlplane.controllermanager.tainteviction.TaintEvictionController;
import kubelab.controlplane.controllermanager.ttlafterfinished.TtlAfterFinishedController;

/** How each controller is made, by its name upstream. */
final class Wirings {
    private Wirings() {}

    /** How a controller is made and tied to the changes it cares about. */
    interface Wiring {
        Controller wire(ControllerContext context);
    }

    /**
     * In the order in which they are made.
     *
     * <p>Source: k8s.io/kubernetes/cmd/kube-controller-manager/names, release 1.34. A controller's account has a name of its
     * own where upstream's has, as {@code generic-garbage-collector}.
     */
    static Map<String, Wiring> all(Supplier<String> rootCa, NodeDirectories directories) {
        Map<String, Wiring> wirings = new LinkedHashMap<>();
        wirings.put("replicaset-controller", ReplicaSetController::wire);
        wirings.put(ReplicaSetController.OF_REPLICATION_CONTROLLERS, ReplicaSetController::wireReplicationControllers);
        wirings.put("deployment-controller", DeploymentController::wire);
        wirings.put("job-controller", JobController::wire);
        wirings.put("endpointslice-controller", EndpointSliceController::wire);
        wirings.put("endpoints-controller", EndpointsController::wire);
        wirings.put("endpointslice-mirroring-controller", EndpointSliceMirroringController::wire);
        wirings.put(ServiceLoadBalancer.NAME, ServiceLoadBalancer::wire);
        wirings.put("statefulset-controller", StatefulSetController::wire);
        wirings.put("daemonset-controller", DaemonSetController::wire);
        wirings.put("cronjob-controller", CronJobController::wire);
        wirings.put(TtlAfterFinishedController.NAME, TtlAfterFinishedController::wire);
        wirings.put("clusterrole-aggregation-controller", ClusterRoleAggregationController::wire);
        wirings.put("node-lifecycle-controller", NodeLifecycleController::wire);
        wirings.put("taint-eviction-controller", TaintEvictionController::wire);
        wirings.put("pod-garbage-collector-controller", PodGcController::wire);
        wirings.put("namespace-controller", NamespaceController::wire);
        wirings.put("serviceaccount-controller", ServiceAccountController::wire);
        wirings.put("root-ca-certificate-publisher-controller", context -> RootCaPublisher.wire(context, rootCa));
        wirings.put(PersistentVolumeController.NAME, PersistentVolumeController::wire);
        wirings.put(PvcProtectionController.NAME, PvcProtectionController::wire);
        wirings.put(PvProtectionController.NAME, PvProtectionController::wire);
        wirings.put(ExpandController.NAME, ExpandController::wire);
        wirings.put(LocalPathProvisioner.NAME, context -> LocalPathProvisioner.wire(context, directories));
        wirings.put(HorizontalController.NAME, HorizontalController::wire);
        wirings.put("disruption-controller", DisruptionController::wire);
        wirings.put("resourcequota-controller", ResourceQuotaController::wire);
        // Last: it looks after every kind that the others have asked for.
        wirings.put("garbage-collector-controller", GarbageCollector::wire);
        return wirings;
    }
}
