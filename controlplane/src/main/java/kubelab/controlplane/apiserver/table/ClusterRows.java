package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Rows of nodes, namespaces, events and what the cluster keeps for itself. */
final class ClusterRows {
    private static final String ROLE = "node-role.kubernetes.io/";

    private ClusterRows() {}

    static List<Object> node(JsonNode object, Instant now) {
        JsonNode status = object.path("status");
        JsonNode info = status.path("nodeInfo");
        return List.of(
                Text.name(object),
                nodeStatus(object),
                roles(object),
                Text.age(object, now),
                info.path("kubeletVersion").asString(""),
                address(status, "InternalIP"),
                address(status, "ExternalIP"),
                Text.or(info.path("osImage"), "<unknown>"),
                Text.or(info.path("kernelVersion"), "<unknown>"),
                Text.or(info.path("containerRuntimeVersion"), "<unknown>"));
    }

    private static String nodeStatus(JsonNode node) {
        String state = "Unknown";
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                state = condition.path("status").asString("").equals("True") ? "Ready" : "NotReady";
            }
        }
        boolean cordoned = node.path("spec").path("unschedulable").asBoolean(false);
        return cordoned ? state + ",SchedulingDisabled" : state;
    }

    private static String roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        node.path("metadata").path("labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE) && label.getKey().length() > ROLE.length()) {
                roles.add(label.getKey().substring(ROLE.length()));
            } else if (label.getKey().equals("kubernetes.io/role")
                    && !label.getValue().asString("").isEmpty()) {
                roles.add(label.getValue().asString(""));
            }
        });
        return roles.isEmpty() ? Text.NONE : String.join(",", roles);
    }

    private static String address(JsonNode status, String type) {
        for (JsonNode address : status.path("addresses")) {
            if (address.path("type").asString("").equals(type)) {
                return address.path("address").asString("");
            }
        }
        return Text.NONE;
    }

    static List<Object> namespace(JsonNode object, Instant now) {
        return List.of(Text.name(object), object.path("status").path("phase").asString(""), Text.age(object, now));
    }

    /** Both versions of Event: the newer one has other names for the same fields. */
    static List<Object> event(JsonNode object, Instant now) {
        JsonNode about = object.has("regarding") ? object.path("regarding") : object.path("involvedObject");
        JsonNode first = either(object, "firstTimestamp", "deprecatedFirstTimestamp");
        String firstSeen = Text.since(Text.isTime(first) ? first : object.path("eventTime"), now);
        JsonNode last = either(object, "lastTimestamp", "deprecatedLastTimestamp");
        String lastSeen = Text.isTime(last) ? Text.since(last, now) : firstSeen;
        long count = Math.max(1, either(object, "count", "deprecatedCount").asLong(0));
        if (object.has("series")) {
            lastSeen = Text.since(object.path("series").path("lastObservedTime"), now);
            count = object.path("series").path("count").asLong(0);
        }
        String kind = about.path("kind").asString("").toLowerCase(Locale.ROOT);
        String name = about.path("name").asString("");
        return List.of(
                lastSeen,
                object.path("type").asString(""),
                object.path("reason").asString(""),
                name.isEmpty() ? kind : kind + "/" + name,
                about.path("fieldPath").asString(""),
                source(object),
                either(object, "message", "note").asString("").strip(),
                firstSeen,
                count,
                Text.name(object));
    }

    private static String source(JsonNode event) {
        JsonNode source = either(event, "source", "deprecatedSource");
        String controller = Text.or(
                event.path("reportingComponent"),
                event.path("reportingController").asString(""));
        String component = Text.or(source.path("component"), controller);
        String host =
                Text.or(source.path("host"), event.path("reportingInstance").asString(""));
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static JsonNode either(JsonNode object, String name, String otherName) {
        return object.has(name) ? object.path(name) : object.path(otherName);
    }

    static List<Object> resourceQuota(JsonNode object, Instant now) {
        StringJoiner requests = new StringJoiner(", ");
        StringJoiner limits = new StringJoiner(", ");
        TreeMap<String, String> hard = new TreeMap<>();
        object.path("status")
                .path("hard")
                .properties()
                .forEach(h -> hard.put(h.getKey(), h.getValue().asString("")));
        hard.forEach((resource, amount) -> (resource.startsWith("limits.") ? limits : requests)
                .add(resource + ": "
                        + Text.or(object.path("status").path("used").path(resource), "0") + "/" + amount));
        return List.of(Text.name(object), requests, limits, Text.age(object, now));
    }

    static List<Object> componentStatus(JsonNode object, Instant now) {
        JsonNode condition = object.path("conditions").path(0);
        String healthy = condition.path("status").asString("").equals("True") ? "Healthy" : "Unhealthy";
        return List.of(
                Text.name(object),
                healthy,
                condition.path("message").asString(""),
                condition.path("error").asString(""));
    }

    static List<Object> lease(JsonNode object, Instant now) {
        return List.of(
                Text.name(object), object.path("spec").path("holderIdentity").asString(""), Text.age(object, now));
    }

    static List<Object> priorityClass(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                object.path("value").asLong(0),
                object.path("globalDefault").asBoolean(false),
                Text.age(object, now),
                object.path("preemptionPolicy").asString(""));
    }

    static List<Object> runtimeClass(JsonNode object, Instant now) {
        return List.of(Text.name(object), object.path("handler").asString(""), Text.age(object, now));
    }

    static List<Object> apiService(JsonNode object, Instant now) {
        JsonNode service = object.path("spec").path("service");
        String where = service.isMissingNode() || service.isNull()
                ? "Local"
                : service.path("namespace").asString("") + "/"
                        + service.path("name").asString("");
        String available = "Unknown";
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Available")) {
                String status = condition.path("status").asString("");
                available = status.equals("True")
                        ? status
                        : status + " (" + condition.path("reason").asString("") + ")";
            }
        }
        return List.of(Text.name(object), where, available, Text.age(object, now));
    }

    static List<Object> nodeMetrics(JsonNode object, Instant now) {
        return metrics(object, List.of(object.path("usage")));
    }

    static List<Object> podMetrics(JsonNode object, Instant now) {
        List<JsonNode> usages = new ArrayList<>();
        object.path("containers").forEach(container -> usages.add(container.path("usage")));
        return metrics(object, usages);
    }

    private static List<Object> metrics(JsonNode object, List<JsonNode> usages) {
        StringJoiner cpu = new StringJoiner(", ");
        StringJoiner memory = new StringJoiner(", ");
        for (JsonNode usage : usages) {
            cpu.add(usage.path("cpu").asString("0"));
            memory.add(usage.path("memory").asString("0"));
        }
        return List.of(Text.name(object), cpu, memory, object.path("window").asString(""));
    }
}
