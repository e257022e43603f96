package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Accepts the names of definitions: within a group each name belongs to the definition that had it first.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go (1.34).
 */
final class Naming {
    private final Set<String> resources = new HashSet<>();
    private final Set<String> kinds = new HashSet<>();

    /** @param group all definitions of a group; the names that they have been given are taken */
    Naming(List<ObjectNode> group) {
        for (ObjectNode definition : group) {
            JsonNode names = definition.path("status").path("acceptedNames");
            resources.add(Json.string(names, "plural"));
            resources.add(Json.string(names, "singular"));
            resources.addAll(Json.strings(names, "shortNames"));
            kinds.add(Json.string(names, "kind"));
            kinds.add(Json.string(names, "listKind"));
        }
    }

    /** Sets acceptedNames and the condition NamesAccepted in the definition's status. */
    void decide(ObjectNode definition, String time) {
        ObjectNode wanted = Json.ensure(definition, "spec", "names");
        ObjectNode accepted = Json.ensure(definition, "status", "acceptedNames");
        String[] conflict = {"", ""};
        take("plural", "PluralConflict", wanted, accepted, resources, conflict);
        take("singular", "SingularConflict", wanted, accepted, resources, conflict);
        shortNames(wanted, accepted, conflict);
        take("kind", "KindConflict", wanted, accepted, kinds, conflict);
        take("listKind", "ListKindConflict", wanted, accepted, kinds, conflict);
        copy(wanted, accepted, "categories");
        boolean fine = conflict[0].isEmpty();
        Conditions.set(
                definition,
                "NamesAccepted",
                fine ? "True" : "False",
                fine ? "NoConflicts" : conflict[0],
                fine ? "no conflicts found" : conflict[1],
                time);
        if (!Conditions.isTrue(definition, "Established")) {
            Conditions.set(
                    definition,
                    "Established",
                    "False",
                    fine ? "Installing" : "NotAccepted",
                    fine ? "the initial names have been accepted" : "not all names are accepted",
                    time);
        }
    }

    private static void take(
            String name, String reason, ObjectNode wanted, ObjectNode accepted, Set<String> used, String[] conflict) {
        String asked = Json.string(wanted, name);
        if (!asked.equals(Json.string(accepted, name)) && used.contains(asked)) {
            conflict[0] = reason;
            conflict[1] = inUse(asked);
        } else {
            copy(wanted, accepted, name);
        }
    }

    private void shortNames(ObjectNode wanted, ObjectNode accepted, String[] conflict) {
        List<String> own = Json.strings(accepted, "shortNames");
        List<String> taken = new ArrayList<>();
        for (String name : Json.strings(wanted, "shortNames")) {
            if (!own.contains(name) && resources.contains(name)) {
                taken.add(inUse(name));
            }
        }
        if (taken.isEmpty()) {
            copy(wanted, accepted, "shortNames");
        } else {
            conflict[0] = "ShortNamesConflict";
            conflict[1] = taken.size() == 1 ? taken.get(0) : "[" + String.join(", ", taken) + "]";
        }
    }

    private static String inUse(String name) {
        return GoText.quote(name) + " is already in use";
    }

    private static void copy(ObjectNode from, ObjectNode to, String field) {
        @Nullable JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }
}
