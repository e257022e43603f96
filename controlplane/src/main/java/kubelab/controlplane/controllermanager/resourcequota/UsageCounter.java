package kubelab.controlplane.controllermanager.resourcequota;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kubelab.controlplane.admission.QuotaUsage;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.json.Json;

/**
 * What the objects of a namespace take of its quotas. It counts the kinds that other controllers watch, and watches a
 * further kind from the first quota on that names it. One thread asks; changes are told on the caches' threads.
 *
 * <p>Simplified: custom resources are limited, and the status does not say how many are used.
 */
final class UsageCounter {
    private static final String COUNT = "count/";
    private static final List<Class<? extends HasMetadata>> FURTHER = List.of(
            Secret.class,
            LimitRange.class,
            PersistentVolumeClaim.class,
            PodTemplate.class,
            ReplicationController.class,
            HorizontalPodAutoscaler.class,
            Lease.class,
            Ingress.class,
            NetworkPolicy.class,
            Role.class,
            RoleBinding.class);

    private final Informers informers;
    private final Consumer<String> changed;

    /** @param changed told the namespace of each object that comes, changes or goes */
    UsageCounter(Informers informers, Consumer<String> changed) {
        this.informers = informers;
        this.changed = changed;
        informers.all().forEach(cached -> cached.onChange(this::tell));
    }

    /** resource name → amount, at least of the resources asked for. */
    Map<String, BigDecimal> used(Set<String> resources, String namespace) {
        FURTHER.stream()
                .filter(kind -> !isWatched(kind) && resources.stream().anyMatch(r -> concerns(r, kind)))
                .forEach(kind -> informers.late(kind, this::tell));
        Map<String, BigDecimal> used = new HashMap<>();
        for (Cached<? extends HasMetadata> cached : informers.all()) {
            String group = HasMetadata.getGroup(cached.kind());
            String plural = HasMetadata.getPlural(cached.kind());
            for (HasMetadata object : cached.inNamespace(namespace)) {
                QuotaUsage.of(group, plural, Json.parseObject(Serialization.asJson(object)))
                        .forEach((resource, amount) -> used.merge(resource, amount, BigDecimal::add));
            }
        }
        return used;
    }

    /** Whether its amount is known: of {@code count/…} only for kinds that can be watched. */
    boolean counts(String resource) {
        return !resource.startsWith(COUNT)
                || Stream.concat(FURTHER.stream(), informers.all().stream().map(Cached::kind))
                        .anyMatch(kind -> resource.equals(COUNT + name(kind)));
    }

    private boolean isWatched(Class<? extends HasMetadata> kind) {
        return informers.all().stream().anyMatch(cached -> cached.kind().equals(kind));
    }

    private static boolean concerns(String resource, Class<? extends HasMetadata> kind) {
        String name = name(kind);
        return resource.equals(COUNT + name)
                || resource.equals(name)
                || resource.endsWith("/" + name)
                || name.equals("persistentvolumeclaims") && resource.endsWith("requests.storage");
    }

    /** As quotas name a kind: {@code secrets}, {@code roles.rbac.authorization.k8s.io}. */
    private static String name(Class<? extends HasMetadata> kind) {
        String group = HasMetadata.getGroup(kind);
        return HasMetadata.getPlural(kind) + (group.isEmpty() ? "" : "." + group);
    }

    private void tell(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        if (namespace != null) {
            changed.accept(namespace);
        }
    }
}
