package kubelab.controlplane.controllermanager.resourcequota;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import kubelab.controlplane.admission.QuotaUsage;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.json.Json;

/** Counts again whenever something in a namespace with a quota comes, changes or goes. */
public final class ResourceQuotaController {
    private static final String NAME = "resourcequota-controller";

    private ResourceQuotaController() {}

    /** Call after the others: it counts the kinds that they have asked for. */
    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Informers informers = context.informers();
        Cached<ResourceQuota> quotas = informers.of(ResourceQuota.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<ResourceQuota> quota = quotas.get(key);
            if (quota.isPresent() && quota.get().getMetadata().getDeletionTimestamp() == null) {
                write(client, quota.get(), used(informers, key.namespace()));
            }
            return Result.done();
        });
        informers.all().forEach(cached -> watch(cached, quotas, loop));
        return loop;
    }

    private static <T extends HasMetadata> void watch(
            Cached<T> cached, Cached<ResourceQuota> quotas, ControlLoop loop) {
        cached.onChange(object -> {
            String namespace = object.getMetadata().getNamespace();
            if (namespace != null) {
                quotas.inNamespace(namespace).forEach(q -> loop.enqueue(Key.of(q)));
            }
        });
    }

    private static Map<String, BigDecimal> used(Informers informers, String namespace) {
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

    private static void write(KubernetesClient client, ResourceQuota quota, Map<String, BigDecimal> used) {
        Map<String, Quantity> hard = Objects.requireNonNullElse(quota.getSpec().getHard(), Map.of());
        Map<String, Quantity> counted = new TreeMap<>();
        hard.keySet()
                .forEach(resource -> counted.put(
                        resource,
                        Quantity.parse(QuotaUsage.text(resource, used.getOrDefault(resource, BigDecimal.ZERO)))));
        ResourceQuotaStatus after = new ResourceQuotaStatus(new TreeMap<>(hard), counted);
        ResourceQuotaStatus before = quota.getStatus();
        boolean same = before != null && hard.equals(before.getHard()) && counted.equals(before.getUsed());
        if (!same) {
            client.resource(new ResourceQuotaBuilder(quota).withStatus(after).build())
                    .updateStatus();
        }
    }
}
