package kubelab.controlplane.mutation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings answers into a form in which two clusters' can be compared: without what each cluster makes up by itself.
 *
 * <p>Not compared: the finalizers that protect volumes and claims in use, which controllers take back at any time, and the
 * taint of a Node that is not ready yet, which we do not set.
 *
 * <p>Of a refusal code, reason and the set of causes count (their order does not; what upstream prints of its own Go
 * structures, empty or not, is cut to {@code {…}}); of a success the object.
 */
final class Answers {
    private static final Pattern TIME = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TOKEN = Pattern.compile("kube-api-access-[a-z0-9]{5}");
    private static final Pattern STRUCT = Pattern.compile(
            "(?s)(Invalid|Unsupported|Duplicate) value: (null|\\[?\\{.*[}\\]]|&?[a-z]+\\.[A-Z].*?\\})(?=: |$)");
    private static final Pattern GO_DIFFERENCE =
            Pattern.compile("(?s)(pod updates may not change|is immutable after creation)([^\n]*)\n.*");
    /** In a dry run numbers beyond the range are given out, too. */
    private static final int MOST_PORTS = 32800;

    private static final Set<String> PROTECTION =
            Set.of("kubernetes.io/pv-protection", "kubernetes.io/pvc-protection", "kubernetes.io/vac-protection");
    private static final List<String> OWN_METADATA =
            List.of("uid", "creationTimestamp", "resourceVersion", "managedFields", "selfLink", "generation");

    private Answers() {}

    static ObjectNode normalised(String verb, int code, JsonNode body, List<String> warnings) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("code", code);
        if (code < 300) {
            answer.set("object", object(verb, (ObjectNode) body.deepCopy()));
        } else {
            answer.put("reason", body.path("reason").asString(""));
            Set<String> causes = new LinkedHashSet<>();
            body.path("details")
                    .path("causes")
                    .forEach(cause -> causes.add(text(cause.path("field").asString("") + ": "
                            + cause.path("message").asString(""))));
            if (code != 422 || causes.isEmpty()) {
                answer.put("message", text(body.path("message").asString("")));
            } else {
                ArrayNode list = answer.putArray("causes");
                causes.stream().sorted().forEach(list::add);
            }
        }
        if (!warnings.isEmpty()) {
            ArrayNode list = answer.putArray("warnings");
            warnings.stream().map(Answers::text).sorted().forEach(list::add);
        }
        return answer;
    }

    private static String text(String text) {
        String masked = GO_DIFFERENCE.matcher(text).replaceAll("$1$2");
        masked = STRUCT.matcher(masked).replaceAll("$1 value: {…}");
        return own(masked);
    }

    private static String own(String text) {
        return TOKEN.matcher(UID.matcher(TIME.matcher(text).replaceAll("TIME")).replaceAll("UID"))
                .replaceAll("kube-api-access-xxxxx");
    }

    private static JsonNode object(String verb, ObjectNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(OWN_METADATA);
            String prefix = metadata.path("generateName").asString("");
            String name = metadata.path("name").asString("");
            if (!prefix.isEmpty() && name.matches(".*[bcdfghjklmnpqrstvwxz2456789]{5}")) {
                metadata.put("name", name.substring(0, name.length() - 5) + "xxxxx");
            }
            // taken back by controllers at any time
            if (metadata.path("finalizers") instanceof ArrayNode finalizers) {
                for (int i = finalizers.size() - 1; i >= 0; i--) {
                    if (PROTECTION.contains(finalizers.get(i).asString(""))) {
                        finalizers.remove(i);
                    }
                }
                if (finalizers.isEmpty()) {
                    metadata.remove("finalizers");
                }
            }
            // written by controllers at any time
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove("deployment.kubernetes.io/revision");
            }
        }
        if (verb.equals("update")) {
            object.remove("status");
        }
        if (object.path("spec").path("taints") instanceof ArrayNode taints) {
            for (int i = taints.size() - 1; i >= 0; i--) {
                if (taints.get(i).path("key").asString("").equals("node.kubernetes.io/not-ready")) {
                    taints.remove(i);
                }
            }
            if (taints.isEmpty()) {
                ((ObjectNode) object.path("spec")).remove("taints");
            }
        }
        if (object.path("kind").asString("").equals("Service") && object.path("spec") instanceof ObjectNode spec) {
            if (spec.path("clusterIP").asString("").matches("\\d.*")) {
                spec.put("clusterIP", "IP");
                spec.putArray("clusterIPs").add("IP");
            }
            port(spec, "healthCheckNodePort");
            spec.path("ports").forEach(port -> port((ObjectNode) port, "nodePort"));
        }
        return sorted(object);
    }

    private static void port(ObjectNode owner, String field) {
        if (owner.path(field).asInt(0) >= 30000 && owner.path(field).asInt(0) <= MOST_PORTS) {
            owner.put(field, "PORT");
        }
    }

    /** Fields by name, times and uids masked, so that equal things are equal texts. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(e -> fields.put(e.getKey(), sorted(e.getValue())));
            ObjectNode sorted = JsonNodeFactory.instance.objectNode();
            fields.forEach(sorted::set);
            return sorted;
        }
        if (node.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> list.add(sorted(item)));
            return list;
        }
        return node.isString() ? JsonNodeFactory.instance.stringNode(own(node.asString())) : node;
    }

    /**
     * In what two answers differ: {@code accepted here}, {@code refused here}, {@code code}, {@code texts},
     * {@code warnings}, {@code object}; empty when they do not.
     */
    static List<String> differences(JsonNode real, JsonNode ours) {
        List<String> differences = new ArrayList<>();
        int expected = real.path("code").asInt();
        int code = ours.path("code").asInt();
        if (expected >= 300 && code < 300) {
            differences.add("accepted here");
        } else if (expected < 300 && code >= 300) {
            differences.add("refused here");
        } else if (expected != code) {
            differences.add("code");
        } else if (!real.path("object").equals(ours.path("object"))) {
            differences.add("object");
        } else if (!real.path("reason").equals(ours.path("reason"))
                || !real.path("message").equals(ours.path("message"))
                || !real.path("causes").equals(ours.path("causes"))) {
            differences.add("texts");
        }
        if (expected == code && !real.path("warnings").equals(ours.path("warnings"))) {
            differences.add("warnings");
        }
        return differences;
    }

    /** What one answer has and the other has not, as lines of {@code − real} and {@code + here}. */
    static String shown(JsonNode real, JsonNode ours) {
        Set<String> there = new LinkedHashSet<>();
        Set<String> here = new LinkedHashSet<>();
        leaves("", real, there);
        leaves("", ours, here);
        List<String> lines = new ArrayList<>();
        there.stream().filter(line -> !here.contains(line)).forEach(line -> lines.add("   real " + line));
        here.stream().filter(line -> !there.contains(line)).forEach(line -> lines.add("   here " + line));
        lines.sort(Comparator.comparing((String line) -> line.substring(0, 8)).reversed());
        return String.join("\n", lines.subList(0, Math.min(12, lines.size())));
    }

    private static void leaves(String path, JsonNode node, Set<String> lines) {
        boolean set = path.endsWith("causes") || path.endsWith("warnings");
        if (node.isContainer() && !node.isEmpty()) {
            node.properties().forEach(e -> leaves(path + "." + e.getKey(), e.getValue(), lines));
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                leaves(set ? path : path + "[" + i + "]", node.get(i), lines);
            }
        } else {
            lines.add(path + ": " + JsonMapper.shared().writeValueAsString(node));
        }
    }
}
