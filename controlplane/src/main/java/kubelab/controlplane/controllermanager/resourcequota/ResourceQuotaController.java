package kubelab.controlplane.controllermanager.resourcequota;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kubelab.controlplane.admission.QuotaUsage;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** Counts again whenever something in a namespace with a quota comes, changes or goes. */
public final class ResourceQuotaController {
    private static final String NAME = "resourcequota-controller";

    private ResourceQuotaController() {}

    /** Call after the others: it counts the kinds that they have asked for. */
    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Informers informers = context.informers();
        Cached<ResourceQuota> quotas = informers.of(ResourceQuota.class);
        AtomicReference<Consumer<Key>> enqueue = new AtomicReference<>(key -> {});
        UsageCounter counter = new UsageCounter(informers, namespace -> quotas.inNamespace(namespace)
                .forEach(q -> Objects.requireNonNull(enqueue.get()).accept(Key.of(q))));
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<ResourceQuota> quota = quotas.get(key);
            if (quota.isPresent() && quota.get().getMetadata().getDeletionTimestamp() == null) {
                write(client, quota.get(), counter);
            }
            return Result.done();
        });
        enqueue.set(loop::enqueue);
        return loop;
    }

    private static void write(KubernetesClient client, ResourceQuota quota, UsageCounter counter) {
        Map<String, Quantity> hard = Objects.requireNonNullElse(quota.getSpec().getHard(), Map.of());
        Map<String, BigDecimal> used =
                counter.used(hard.keySet(), quota.getMetadata().getNamespace());
        Map<String, Quantity> counted = new TreeMap<>();
        hard.keySet().stream()
                .filter(counter::counts)
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
