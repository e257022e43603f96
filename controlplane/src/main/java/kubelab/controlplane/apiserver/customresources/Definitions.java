package kubelab.controlplane.apiserver.customresources;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import kubelab.controlplane.store.StoreEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves what definitions define: a change of a definition is followed by its names, its rows in the registry, its
 * conditions, and at its end by the deletion of its objects. The state is in the definitions; each look at one of them takes
 * the next step that is due, and the write that it makes brings the next look.
 *
 * <p>Threads: looks are taken one after another, on threads of the executor; {@link #changed} is called by the store's writer
 * and only notes a name.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/controller (status, establish, finalizer) and crdregistration of
 * kube-apiserver, release 1.34.
 */
public final class Definitions implements AutoCloseable {
    static final String GROUP = "apiextensions.k8s.io";
    static final String PLURAL = "customresourcedefinitions";

    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private final ObjectStore objects;
    private final ResourceRegistry registry;
    private final Clock clock;
    private final Executor executor;
    private final SelfRequests requests;
    private final Effects effects;
    private final Queue<String> names = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    /** What is served now: definition's name → definition. */
    private final Map<String, CustomDefinition> served = new ConcurrentHashMap<>();
    /** Watches of the objects of definitions that go. */
    private final Map<String, Store.Watch> leaving = new ConcurrentHashMap<>();

    private final Store.Watch watch;
    private volatile boolean closed;

    /** What else has to happen in the API server. */
    public interface Effects {
        /** Ends the watches of a resource, so that clients begin again with what it is now. */
        void endWatches(String group, String plural);

        /** Asks all objects of a resource to go, whether it is served or not. */
        void deleteObjects(Resource resource);
    }

    public Definitions(
            ObjectStore objects,
            ResourceRegistry registry,
            Clock clock,
            Executor executor,
            SelfRequests requests,
            Effects effects) {
        this.objects = objects;
        this.registry = registry;
        this.clock = clock;
        this.executor = executor;
        this.requests = requests;
        this.effects = effects;
        Page page = objects.store().range(registry.require(GROUP, PLURAL).prefix(""), null, 0, 0);
        page.entries().forEach(entry -> {
            ObjectNode definition = Json.parseObject(entry.value());
            if (Conditions.isTrue(definition, "NamesAccepted")) {
                serve(definition);
            }
            note(Json.string(definition, "metadata", "name"));
        });
        watch = objects.store().watch(registry.require(GROUP, PLURAL).prefix(""), page.revision(), this::changed);
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        leaving.values().forEach(Store.Watch::close);
    }

    private void changed(StoreEvent event) {
        String key = event.entry().key();
        note(key.substring(key.lastIndexOf('/') + 1));
    }

    private void note(String name) {
        names.add(name);
        if (waiting.getAndIncrement() == 0) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException closing) {
                LOG.debug("{} was left as it was: the server closes", name);
            }
        }
    }

    private void work() {
        do {
            String name = names.poll();
            if (name != null && !closed) {
                try {
                    look(name);
                } catch (RuntimeException | StackOverflowError failed) {
                    LOG.warn("{}: tried again", name, failed);
                    clock.schedule(RETRY, () -> note(name));
                }
            }
        } while (waiting.decrementAndGet() > 0);
    }

    private void look(String name) {
        ObjectNode definition = objects.get(GROUP, PLURAL, "", name);
        if (definition == null) {
            gone(name);
            return;
        }
        String time = now();
        if (!Json.same(Json.at(definition, "spec", "names"), Json.at(definition, "status", "acceptedNames"))) {
            ObjectNode before = definition.deepCopy();
            new Naming(group(name)).decide(definition, time);
            if (!Json.same(before.get("status"), definition.get("status"))) {
                requests.put(path(name) + "/status", definition);
                rest(name);
                return;
            }
        }
        if (Conditions.isTrue(definition, "NamesAccepted") || Conditions.isTrue(definition, "Established")) {
            serve(definition);
        }
        if (!Json.string(definition, "metadata", "deletionTimestamp").isEmpty()) {
            cleanUp(definition, time);
        } else if (Conditions.isTrue(definition, "NamesAccepted") && !Conditions.isTrue(definition, "Established")) {
            Conditions.set(
                    definition,
                    "Established",
                    "True",
                    "InitialNamesAccepted",
                    "the initial names have been accepted",
                    time);
            requests.put(path(name) + "/status", definition);
        }
    }

    private String now() {
        return clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A name may have been given free: the others of the group are looked at again. */
    private void rest(String own) {
        for (ObjectNode other : group(own)) {
            String name = Json.string(other, "metadata", "name");
            if (!name.equals(own) && !Conditions.isTrue(other, "NamesAccepted")) {
                note(name);
            }
        }
    }

    /** The definitions of the group of {@code widgets.example.com}. */
    private List<ObjectNode> group(String name) {
        String group = name.substring(name.indexOf('.') + 1);
        List<ObjectNode> all = objects.list(GROUP, PLURAL, "");
        all.removeIf(other -> !Json.string(other, "spec", "group").equals(group));
        return all;
    }

    private void serve(ObjectNode json) {
        String name = Json.string(json, "metadata", "name");
        // a copy: the look goes on to change its own, while requests read this one
        CustomDefinition definition = new CustomDefinition(json.deepCopy());
        CustomDefinition before = served.get(name);
        boolean same = before != null && before.serves(definition);
        if (before != null && same && before.isTerminating() == definition.isTerminating()) {
            return;
        }
        served.put(name, definition);
        List<Resource> rows = new ArrayList<>();
        for (CustomDefinition.Version version : definition.versions()) {
            if (version.served()) {
                rows.add(Resource.custom(version));
            }
        }
        String plural = Json.string(definition.names(), "plural");
        registry.replaceCustom(definition.group(), plural, rows);
        if (same) {
            return; // it goes: who watches its objects sees them go before
        }
        if (before != null) {
            effects.endWatches(definition.group(), plural);
        }
        apiServices(definition.group(), before);
    }

    private void gone(String name) {
        Store.Watch objectsWatch = leaving.remove(name);
        if (objectsWatch != null) {
            objectsWatch.close();
        }
        CustomDefinition definition = served.remove(name);
        if (definition != null) {
            String plural = Json.string(definition.names(), "plural");
            registry.replaceCustom(definition.group(), plural, List.of());
            effects.endWatches(definition.group(), plural);
            apiServices(definition.group(), definition);
        }
        rest(name);
    }

    /** The aggregation layer lists each group and version that is served. */
    private void apiServices(String group, @Nullable CustomDefinition before) {
        Set<String> wanted = new HashSet<>();
        registry.all().stream().filter(row -> row.group().equals(group)).forEach(row -> wanted.add(row.version()));
        wanted.forEach(version -> requests.createApiService(group, version));
        if (before != null) {
            before.versions().stream()
                    .map(CustomDefinition.Version::name)
                    .filter(version -> !wanted.contains(version))
                    .forEach(version -> requests.deleteApiService(group, version));
        }
    }

    /** The definition goes when its objects have gone. */
    private void cleanUp(ObjectNode definition, String time) {
        String name = Json.string(definition, "metadata", "name");
        if (!Json.strings(definition, "metadata", "finalizers").contains(CLEANUP)) {
            return;
        }
        if (Conditions.has(definition, "Terminating", "InstanceDeletionPending")) {
            Conditions.set(
                    definition,
                    "Terminating",
                    "True",
                    "InstanceDeletionInProgress",
                    "CustomResource deletion is in progress",
                    time);
            requests.put(path(name) + "/status", definition);
            return;
        }
        boolean established = Conditions.isTrue(definition, "Established");
        if (established && areLeft(definition)) {
            return;
        }
        if (Conditions.isTrue(definition, "Terminating")) {
            Conditions.set(
                    definition,
                    "Terminating",
                    "False",
                    established ? "InstanceDeletionCompleted" : "NeverEstablished",
                    established ? "removed all instances" : "resource was never established",
                    time);
            requests.put(path(name) + "/status", definition);
            return;
        }
        ObjectNode metadata = Json.ensure(definition, "metadata");
        List<String> rest = new ArrayList<>(Json.strings(metadata, "finalizers"));
        rest.remove(CLEANUP);
        var finalizers = metadata.putArray("finalizers");
        rest.forEach(finalizers::add);
        requests.put(path(name), definition);
    }

    /** Whether there are objects; all of them have been asked to go, and the next one that goes brings the next look. */
    private boolean areLeft(ObjectNode json) {
        CustomDefinition definition = new CustomDefinition(json);
        CustomDefinition.Version stored = definition.version(definition.storageVersion());
        if (stored == null) {
            return false;
        }
        Resource resource = Resource.custom(stored);
        Page page = objects.store().range(resource.prefix(""), null, 0, 0);
        if (page.entries().isEmpty()) {
            return false;
        }
        String name = Json.string(json, "metadata", "name");
        if (!leaving.containsKey(name)) {
            leaving.put(name, objects.store().watch(resource.prefix(""), page.revision(), event -> note(name)));
        }
        boolean waits = page.entries().stream()
                .map(entry -> Json.parseObject(entry.value()))
                .allMatch(object ->
                        !Json.string(object, "metadata", "deletionTimestamp").isEmpty());
        if (!waits) {
            effects.deleteObjects(resource);
            // each one that goes brings a look; this one is for those that could not be asked
            clock.schedule(RETRY, () -> note(name));
        }
        return true;
    }

    private static String path(String name) {
        return "/apis/" + GROUP + "/v1/" + PLURAL + "/" + name;
    }
}
