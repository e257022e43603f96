package kubelab.controlplane.apiserver.openapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The types of all served kinds, looked up by group, version and kind.
 *
 * <p>The file holds one type a line (name, kinds, JSON). Only the lines' starts are read at first; a type's JSON is
 * parsed when somebody walks into it. Safe for use by many threads.
 */
public final class Schemas {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Map<String, String> lines = new HashMap<>();
    private final Map<String, String> typeOfKind = new HashMap<>();
    private final Map<String, JsonNode> types = new ConcurrentHashMap<>();
    private final Map<String, Schema> kinds = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> unset = new HashMap<>();
    private volatile boolean read;

    /** The recorded types; the file is opened on the first look-up. */
    public Schemas() {}

    /**
     * @param apiVersion as in an object: {@code v1} or {@code apps/v1}
     * @param kind as in an object: {@code Pod}
     * @return the kind's schema; empty for a kind that was not recorded (a custom resource)
     */
    public Optional<Schema> of(String apiVersion, String kind) {
        readIndex();
        String type = typeOfKind.get(apiVersion + "/" + kind);
        if (type == null) {
            return Optional.empty();
        }
        return Optional.of(kinds.computeIfAbsent(type, name -> new Schema(this, ref(name))));
    }

    /** Every recorded {@code apiVersion/Kind}, sorted. */
    public List<String> kinds() {
        readIndex();
        return typeOfKind.keySet().stream().sorted().toList();
    }

    /** A type by its name in the document, as {@code io.k8s.api.core.v1.PodSpec}. */
    public Optional<Schema> type(String name) {
        readIndex();
        return lines.containsKey(name)
                ? Optional.of(kinds.computeIfAbsent(name, n -> new Schema(this, ref(n))))
                : Optional.empty();
    }

    /** @param type written as in this document: references are bare names of types */
    public Schema inline(JsonNode type) {
        return new Schema(this, type);
    }

    JsonNode resolve(String name) {
        readIndex();
        JsonNode type = types.get(name);
        if (type == null) {
            String line = lines.get(name);
            if (line == null) {
                throw new IllegalStateException("the API document refers to a type it does not hold: " + name);
            }
            type = JSON.readTree(line);
            types.put(name, type);
        }
        return type;
    }

    private static JsonNode ref(String name) {
        return JSON.createObjectNode().put("$ref", name);
    }

    private void readIndex() {
        if (read) {
            return;
        }
        synchronized (lines) {
            if (read) {
                return;
            }
            text("types.txt").lines().forEach(this::index);
            text("presence.txt").lines().forEach(this::indexPresence);
            read = true;
        }
    }

    private void index(String line) {
        int first = line.indexOf('\t');
        int second = line.indexOf('\t', first + 1);
        String name = line.substring(0, first);
        lines.put(name, line.substring(second + 1));
        for (String kind : split(line.substring(first + 1, second))) {
            typeOfKind.put(kind, name);
        }
    }

    /** {@code Type<TAB>field?,field={},…}: what Go writes for a field that was never set, "?" for a pointer. */
    private void indexPresence(String line) {
        int tab = line.indexOf('\t');
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : line.substring(tab + 1).split(",")) {
            int end = Math.max(field.indexOf('='), field.indexOf('?'));
            fields.put(field.substring(0, end), field.substring(end).replace("=", ""));
        }
        unset.put(line.substring(0, tab), fields);
    }

    /** The fields of a type that are written although unset (their JSON) or whose zero value counts ("?"). */
    Map<String, String> presence(String type) {
        readIndex();
        return unset.getOrDefault(type, Map.of());
    }

    private static String text(String resource) {
        return new String(ApiDocument.resource(resource), StandardCharsets.UTF_8);
    }

    private static List<String> split(@Nullable String kinds) {
        List<String> result = new ArrayList<>();
        if (kinds != null && !kinds.isEmpty()) {
            result.addAll(List.of(kinds.split(",")));
        }
        return result;
    }
}
