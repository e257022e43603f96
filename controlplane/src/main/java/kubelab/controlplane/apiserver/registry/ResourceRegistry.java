package kubelab.controlplane.apiserver.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.apiserver.strategy.Strategies;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All resources the API server serves now. Rows come and go with custom resources.
 *
 * <p>Threads: any thread may read, without a lock: all that is known at one moment is one immutable {@link State}. Writers
 * exclude each other by this object's monitor.
 */
public final class ResourceRegistry {
    private volatile State state;

    /** The rows and what finds them. @param generation goes up with every change */
    private record State(
            List<Resource> rows,
            Map<String, Resource> byPath,
            Map<String, Resource> byName,
            Map<String, Resource> byKind,
            List<RemoteVersion> remote,
            long generation) {
        static State of(List<Resource> rows, List<RemoteVersion> remote, long generation) {
            return new State(List.copyOf(rows), index(rows), indexByName(rows), indexByKind(rows), remote, generation);
        }

        State withRemote(List<RemoteVersion> next) {
            return new State(rows, byPath, byName, byKind, List.copyOf(next), generation + 1);
        }
    }

    /** The built-in resources. */
    public ResourceRegistry() {
        List<Resource> builtIn = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(
                ResourceRegistry.class.getResourceAsStream("resources.json"), "resources.json")) {
            Json.parse(in.readAllBytes()).forEach(row -> builtIn.add(read(row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        state = State.of(builtIn, List.of(), 0);
    }

    public List<Resource> all() {
        return state.rows;
    }

    /** Goes up with every change, so that derived documents know when they are stale. */
    public long generation() {
        return state.generation;
    }

    public @Nullable Resource find(String group, String version, String plural) {
        return state.byPath.get(group + "/" + version + "/" + plural);
    }

    /** Any served version of a resource, the storage version first. */
    public @Nullable Resource find(String group, String plural) {
        return state.byName.get(group + "/" + plural);
    }

    /** A built-in resource that must be there. */
    public Resource require(String group, String plural) {
        return Objects.requireNonNull(find(group, plural), plural + "." + group);
    }

    public @Nullable Resource findKind(String apiVersion, String kind) {
        return state.byKind.get(apiVersion + "/" + kind);
    }

    public boolean hasGroupVersion(String group, String version) {
        return state.rows.stream()
                .anyMatch(r -> r.group().equals(group) && r.version().equals(version));
    }

    /** Whether all that is served in a group and version are custom resources. */
    public boolean isAllCustom(String group, String version) {
        return state.rows.stream()
                .filter(r -> r.group().equals(group) && r.version().equals(version))
                .allMatch(Resource::isCustom);
    }

    /** Replaces all rows of a custom resource by these. */
    public synchronized void replaceCustom(String group, String plural, List<Resource> versions) {
        State before = state;
        List<Resource> next = new ArrayList<>(before.rows);
        next.removeIf(r -> r.isCustom() && r.is(group, plural));
        next.addAll(versions);
        state = State.of(next, before.remote, before.generation + 1);
    }

    /** What other servers serve. */
    public List<RemoteVersion> remote() {
        return state.remote;
    }

    /** Takes the place of what is known of the same APIService. */
    public synchronized void putRemote(RemoteVersion version) {
        State before = state;
        if (!before.remote.contains(version)) {
            List<RemoteVersion> next = new ArrayList<>(before.remote);
            next.removeIf(known -> known.apiService().equals(version.apiService()));
            next.add(version);
            state = before.withRemote(next);
        }
    }

    public synchronized void removeRemote(String apiService) {
        State before = state;
        List<RemoteVersion> next = new ArrayList<>(before.remote);
        if (next.removeIf(known -> known.apiService().equals(apiService))) {
            state = before.withRemote(next);
        }
    }

    private static Map<String, Resource> index(List<Resource> rows) {
        Map<String, Resource> index = new LinkedHashMap<>();
        rows.forEach(r -> index.put(r.group() + "/" + r.version() + "/" + r.plural(), r));
        return Map.copyOf(index);
    }

    private static Map<String, Resource> indexByName(List<Resource> rows) {
        Map<String, Resource> index = new HashMap<>();
        for (Resource row : rows) {
            String name = row.group() + "/" + row.plural();
            if (!index.containsKey(name) || row.isStorageVersion()) {
                index.put(name, row);
            }
        }
        return Map.copyOf(index);
    }

    private static Map<String, Resource> indexByKind(List<Resource> rows) {
        Map<String, Resource> index = new HashMap<>();
        rows.forEach(r -> index.putIfAbsent(r.apiVersion() + "/" + r.kind(), r));
        return Map.copyOf(index);
    }

    private static Resource read(JsonNode row) {
        String group = Json.string(row, "group");
        String version = Json.string(row, "version");
        String kind = Json.string(row, "kind");
        List<Resource.Sub> subs = new ArrayList<>();
        for (JsonNode sub : Json.items(row, "subresources")) {
            subs.add(new Resource.Sub(
                    Json.string(sub, "name"),
                    Json.string(sub, "group"),
                    Json.string(sub, "version"),
                    Json.string(sub, "kind"),
                    new LinkedHashSet<>(Json.strings(sub, "verbs"))));
        }
        return new Resource(
                group,
                version,
                kind,
                Json.string(row, "plural"),
                Json.string(row, "singular"),
                Json.bool(row, "namespaced"),
                Json.strings(row, "shortNames"),
                Json.strings(row, "categories"),
                new LinkedHashSet<>(Json.strings(row, "verbs")),
                subs,
                Strategies.builtIn(group.isEmpty() ? version : group + "/" + version, kind),
                null);
    }
}
