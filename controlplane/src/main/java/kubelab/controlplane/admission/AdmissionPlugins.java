package kubelab.controlplane.admission;

import java.util.List;
import java.util.Random;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.admission.policy.ValidatingPolicies;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.ObjectReader;

/** The plug-ins that are on by default, in upstream's order. */
public final class AdmissionPlugins {
    private AdmissionPlugins() {}

    /** @param random names the token volumes; seeded, so that a run can be repeated */
    public static List<Admission> standard(ObjectReader reader, Clock clock, Random random) {
        return List.of(
                new NamespaceLifecycle(reader),
                new LimitRanger(reader),
                new ServiceAccountPlugin(reader, clock, random),
                new PodSecurity(reader),
                new PodPriority(reader),
                new DefaultTolerationSeconds(),
                new DefaultStorageClass(reader),
                new StorageObjectInUseProtection(),
                new PersistentVolumeClaimResize(reader),
                new RuntimeClassPlugin(reader),
                new ValidatingPolicies(reader),
                // Last: what it counts must be what is stored.
                new ResourceQuotaPlugin(reader));
    }
}
