package kubelab.controlplane.controllermanager.disruption;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;

/** How many Pods there should be: what their controllers were asked for, not how many there happen to be. */
final class ExpectedPods {
    private final KubernetesClient client;
    private final Cached<ReplicaSet> replicaSets;
    private final Cached<Deployment> deployments;
    private final Cached<StatefulSet> statefulSets;

    ExpectedPods(KubernetesClient client, Informers informers) {
        this.client = client;
        replicaSets = informers.of(ReplicaSet.class);
        deployments = informers.of(Deployment.class);
        statefulSets = informers.of(StatefulSet.class);
    }

    /**
     * @param expected Pods that there should be
     * @param healthy how many of them must be healthy
     * @param unmanaged whether some Pod has no controller that could be asked
     */
    record Count(int expected, int healthy, boolean unmanaged) {}

    /** The Pods' controller cannot be asked. */
    static final class NotScalable extends Exception {
        private static final long serialVersionUID = 1L;

        NotScalable(String why) {
            super(why);
        }
    }

    // tag::count[]
    Count count(PodDisruptionBudget budget, List<Pod> pods) throws NotScalable {
        IntOrString most = budget.getSpec().getMaxUnavailable();
        IntOrString least = budget.getSpec().getMinAvailable();
        if (most == null && least != null && least.getIntVal() != null) {
            return new Count(pods.size(), least.getIntVal(), false);
        }
        List<Pod> unmanaged = new ArrayList<>();
        int expected = wanted(pods, unmanaged);
        if (most != null) {
            return new Count(expected, Math.max(0, expected - amount(most, expected)), !unmanaged.isEmpty());
        }
        return new Count(expected, least == null ? 0 : amount(least, expected), !unmanaged.isEmpty());
    }

    /** A percentage is rounded up. */
    private static int amount(IntOrString value, int of) {
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        int percent = Integer.parseInt(value.getStrVal().replace("%", ""));
        return (int) Math.ceil(percent * of / 100.0);
    }
    // end::count[]

    private int wanted(List<Pod> pods, List<Pod> unmanaged) throws NotScalable {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        for (Pod pod : pods) {
            Optional<OwnerReference> owner = controller(pod);
            if (owner.isEmpty()) {
                unmanaged.add(pod);
            } else if (!wanted.containsKey(owner.get().getUid())) {
                scale(pod, owner.get(), wanted);
            }
        }
        return wanted.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void scale(Pod pod, OwnerReference owner, Map<String, Integer> wanted) throws NotScalable {
        Optional<ReplicaSet> set = replicaSets.withUid(owner.getUid());
        if (set.isPresent()) {
            Optional<Deployment> deployment = controller(set.get()).flatMap(d -> deployments.withUid(d.getUid()));
            if (deployment.isPresent()) {
                wanted.put(
                        deployment.get().getMetadata().getUid(),
                        deployment.get().getSpec().getReplicas());
            } else {
                wanted.put(owner.getUid(), set.get().getSpec().getReplicas());
            }
            return;
        }
        Optional<StatefulSet> stateful = statefulSets.withUid(owner.getUid());
        if (stateful.isPresent()) {
            wanted.put(owner.getUid(), stateful.get().getSpec().getReplicas());
            return;
        }
        wanted.put(owner.getUid(), fromSubresource(pod, owner));
    }

    /** Any other kind is asked through its scale subresource, if it has one. */
    private int fromSubresource(Pod pod, OwnerReference owner) throws NotScalable {
        int slash = owner.getApiVersion().indexOf('/');
        String group = slash < 0 ? "" : "." + owner.getApiVersion().substring(0, slash);
        String plural = owner.getKind().toLowerCase(Locale.ROOT) + "s";
        try {
            String answer = client.raw((slash < 0 ? "/api/" : "/apis/") + owner.getApiVersion() + "/namespaces/"
                    + pod.getMetadata().getNamespace() + "/" + plural + "/" + owner.getName() + "/scale");
            if (answer != null) {
                Scale scale = client.getKubernetesSerialization().unmarshal(answer, Scale.class);
                return Objects.requireNonNullElse(scale.getSpec().getReplicas(), 0);
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
        }
        throw new NotScalable(plural + group + " does not implement the scale subresource");
    }

    private static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(r -> Boolean.TRUE.equals(r.getController()))
                .findFirst();
    }
}
