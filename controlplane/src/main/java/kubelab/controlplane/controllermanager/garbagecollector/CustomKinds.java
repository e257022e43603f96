package kubelab.controlplane.controllermanager.garbagecollector;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.garbagecollector.GarbageCollector.Kind;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that CustomResourceDefinitions define: for each of them a cache as long as its definition is there. Upstream's
 * collector asks discovery every 30 seconds; this one watches the definitions.
 *
 * <p>Source: pkg/controller/garbagecollector, Sync (1.34).
 */
final class CustomKinds {
    private static final ResourceDefinitionContext DEFINITIONS = new ResourceDefinitionContext.Builder()
            .withGroup("apiextensions.k8s.io")
            .withVersion("v1")
            .withPlural("customresourcedefinitions")
            .withKind("CustomResourceDefinition")
            .withNamespaced(false)
            .build();

    private final KubernetesClient client;
    private final Clock clock;
    private final Consumer<Kind> came;
    private final Consumer<Kind> went;
    private final Cached<GenericKubernetesResource> definitions;
    private final Map<String, Kind> known = new ConcurrentHashMap<>();

    /**
     * @param came is told of a kind before its cache fills
     * @param went is told of a kind that is no more
     */
    CustomKinds(KubernetesClient client, Clock clock, Consumer<Kind> came, Consumer<Kind> went) {
        this.client = client;
        this.clock = clock;
        this.came = came;
        this.went = went;
        definitions = Informers.custom(client, clock, DEFINITIONS);
        definitions.onEvent(this::changed, (before, after) -> changed(after), this::deleted);
    }

    void start() {
        definitions.start();
    }

    void close() {
        definitions.close();
        known.values().forEach(kind -> kind.cache().close());
    }

    private void changed(GenericKubernetesResource definition) {
        String name = definition.getMetadata().getName();
        String version = version(definition);
        if (!isEstablished(definition) || version == null) {
            return;
        }
        String group = String.valueOf((Object) definition.get("spec", "group"));
        String kindName = String.valueOf((Object) definition.get("spec", "names", "kind"));
        boolean namespaced = "Namespaced".equals(definition.get("spec", "scope"));
        Kind before = known.get(name);
        if (before != null) {
            if (before.apiVersion().equals(group + "/" + version)
                    && before.kind().equals(kindName)
                    && isNamespaced(before) == namespaced) {
                return;
            }
            // the version that was read may be served no more, or this is a new definition of the same name
            deleted(definition);
        }
        ResourceDefinitionContext context = new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withPlural(String.valueOf((Object) definition.get("spec", "names", "plural")))
                .withKind(kindName)
                .withNamespaced(namespaced)
                .build();
        Cached<GenericKubernetesResource> cache = Informers.custom(client, clock, context);
        Kind kind = new Kind(group + "/" + version, context.getKind(), cache, context);
        known.put(name, kind);
        came.accept(kind);
        cache.start();
    }

    private void deleted(GenericKubernetesResource definition) {
        Kind kind = known.remove(definition.getMetadata().getName());
        if (kind != null) {
            went.accept(kind);
            kind.cache().close();
        }
    }

    private static boolean isNamespaced(Kind kind) {
        return kind.custom() != null && kind.custom().isNamespaceScoped();
    }

    private static boolean isEstablished(GenericKubernetesResource definition) {
        List<Map<String, Object>> conditions = definition.get("status", "conditions");
        return conditions != null
                && conditions.stream()
                        .anyMatch(c -> "Established".equals(c.get("type")) && "True".equals(c.get("status")));
    }

    /** The version in which objects are stored, or another that is served. */
    private static @Nullable String version(GenericKubernetesResource definition) {
        List<Map<String, Object>> versions = definition.get("spec", "versions");
        String found = null;
        for (Map<String, Object> version : versions == null ? List.<Map<String, Object>>of() : versions) {
            boolean served = Boolean.TRUE.equals(version.get("served"));
            if (served && (found == null || Boolean.TRUE.equals(version.get("storage")))) {
                found = String.valueOf(version.get("name"));
            }
        }
        return found;
    }
}
