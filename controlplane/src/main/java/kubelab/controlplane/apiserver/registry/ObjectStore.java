package kubelab.controlplane.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.ResourceId;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.Command;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import kubelab.controlplane.store.Store;
import kubelab.controlplane.store.Value;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON objects in the store. Bytes are kept in the form in which they are served (with kind, apiVersion and
 * resourceVersion), so that reading encodes nothing.
 *
 * <p>Threads: any. The store orders the writes, and a write says which revision it expects; the counters are behind the
 * write, so a view that is compiled after it read a counter is never newer than it says.
 */
public final class ObjectStore implements ObjectReader {
    private static final List<String> METADATA_ORDER = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields");

    private static final byte[] REVISION = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);

    private final Store store;
    private final ResourceRegistry registry;
    private final Map<String, AtomicLong> generations = new ConcurrentHashMap<>();

    public ObjectStore(Store store, ResourceRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    /** Whether any resource is of this kind. */
    public boolean knows(String apiVersion, String kind) {
        return registry.findKind(apiVersion, kind) != null;
    }

    @Override
    public @Nullable ResourceId kind(String apiVersion, String kind) {
        return registry.findKind(apiVersion, kind);
    }

    /** The resource of a group and plural that is served. */
    public Resource resource(String group, String plural) {
        return registry.require(group, plural);
    }

    /** Whether any resource is of this group and version. */
    public boolean serves(String group, String version) {
        return registry.hasGroupVersion(group, version);
    }

    /** Whether a resource that was found before is still what is served under its name. */
    public boolean isServed(Resource found) {
        CustomDefinition.Version custom = found.custom();
        Resource now = registry.find(found.group(), found.version(), found.plural());
        return custom == null
                || now != null
                        && now.custom() != null
                        && custom.definition().serves(now.custom().definition());
    }

    public Store store() {
        return store;
    }

    /** The stored bytes of an object, or null. */
    @Nullable
    public Entry entry(Resource resource, String namespace, String name) {
        return store.get(resource.key(namespace, name));
    }

    @Nullable
    ObjectNode get(Resource resource, String namespace, String name) {
        Entry entry = entry(resource, namespace, name);
        return entry == null ? null : Json.parseObject(entry.value());
    }

    public ObjectNode require(Resource resource, String namespace, String name) {
        ObjectNode found = get(resource, namespace, name);
        if (found == null) {
            throw ApiException.notFound(resource, name);
        }
        return found;
    }

    /** @throws CompareFailedException when the object exists */
    public Entry create(Resource resource, ObjectNode object, String cause) throws CompareFailedException {
        return put(resource, object, Store.ABSENT, cause);
    }

    /** @throws CompareFailedException when the object is not at this revision (any more) */
    public Entry update(Resource resource, ObjectNode object, long expected, String cause)
            throws CompareFailedException {
        return put(resource, object, expected, cause);
    }

    /** Removes the object; watchers see {@code last} with the deletion's resourceVersion. */
    @Nullable
    public Entry remove(Resource resource, ObjectNode last, long expected, String cause) throws CompareFailedException {
        Entry gone = store.delete(new Command.Delete(keyOf(resource, last), expected, value(resource, last), cause));
        touched(resource);
        return gone;
    }

    @Override
    public @Nullable ObjectNode get(String group, String plural, String namespace, String name) {
        Resource resource = registry.find(group, plural);
        return resource == null ? null : get(resource, namespace, name);
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
        List<ObjectNode> objects = new ArrayList<>();
        Resource resource = registry.find(group, plural);
        if (resource != null) {
            for (Entry entry :
                    store.range(resource.prefix(namespace), null, 0, 0).entries()) {
                objects.add(Json.parseObject(entry.value()));
            }
        }
        return objects;
    }

    @Override
    public void visit(String group, String plural, Visitor visitor) {
        Resource resource = registry.find(group, plural);
        if (resource != null) {
            for (Entry entry : store.range(resource.prefix(""), null, 0, 0).entries()) {
                visitor.object(entry.key(), entry.modRevision(), () -> Json.parseObject(entry.value()));
            }
        }
    }

    @Override
    public long generation(String group, String plural) {
        return counter(group + "/" + plural).get();
    }

    /** Writes back an object of another resource than the one a request is about. */
    public void updateOther(String group, String plural, ObjectNode object, String cause)
            throws CompareFailedException {
        put(registry.require(group, plural), object, revisionOf(object), cause);
    }

    /** The revision an object was read at. */
    public static long revisionOf(ObjectNode object) {
        String version = Json.string(object, "metadata", "resourceVersion");
        try {
            return version.isEmpty() ? 0 : Long.parseLong(version);
        } catch (NumberFormatException none) {
            throw new ApiException(500, "", "strconv.ParseUint: parsing \"" + version + "\": invalid syntax");
        }
    }

    private Entry put(Resource resource, ObjectNode object, long expected, String cause) throws CompareFailedException {
        Entry written = store.put(new Command.Put(keyOf(resource, object), expected, value(resource, object), cause));
        touched(resource);
        return written;
    }

    /** The object's bytes, with a place for the resourceVersion that the write will have. */
    private static Value value(Resource resource, ObjectNode object) {
        Json.ensure(object, "metadata").put("resourceVersion", "");
        ObjectNode ordered = ordered(object);
        byte[] bytes = Json.bytes(ordered);
        return new Value(bytes, endOf(REVISION, bytes), FieldSelector.fieldsOf(resource, ordered));
    }

    /** Behind the first occurrence: before it stand names only, which have no quotes in them. */
    private static int endOf(byte[] part, byte[] bytes) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i + part.length;
            }
        }
        throw new IllegalStateException("an object without metadata.resourceVersion");
    }

    /** kind and apiVersion first (lists cut them off by length), metadata in upstream's order. */
    private static ObjectNode ordered(ObjectNode object) {
        ObjectNode ordered = Json.object();
        ordered.put("kind", Json.string(object, "kind")).put("apiVersion", Json.string(object, "apiVersion"));
        ObjectNode metadata = ordered.putObject("metadata");
        ObjectNode given = Json.ensure(object, "metadata");
        for (String field : METADATA_ORDER) {
            JsonNode value = given.get(field);
            if (value != null && !value.isNull() && !(value.isContainer() && value.isEmpty())) {
                metadata.set(field, value);
            }
        }
        object.properties().forEach(e -> {
            if (!ordered.has(e.getKey())) {
                ordered.set(e.getKey(), e.getValue());
            }
        });
        return ordered;
    }

    private static String keyOf(Resource resource, ObjectNode object) {
        return resource.key(Json.string(object, "metadata", "namespace"), Json.string(object, "metadata", "name"));
    }

    private void touched(Resource resource) {
        counter(resource.group() + "/" + resource.plural()).incrementAndGet();
    }

    private AtomicLong counter(String id) {
        return generations.computeIfAbsent(id, i -> new AtomicLong());
    }
}
