package kubelab.controlplane.apiserver.strategy;

import java.util.Set;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** metadata.generation counts changes of the desired state: of all fields that are neither metadata nor status. */
public final class Generation {
    private static final Set<String> NOT_SPEC = Set.of("metadata", "status", "kind", "apiVersion");

    private Generation() {}

    /** Keeps {@code live}'s generation in {@code next}, or counts on. */
    public static void count(Strategy strategy, ObjectNode next, ObjectNode live) {
        if (!strategy.hasGeneration()) {
            Json.ensure(next, "metadata").remove("generation");
            return;
        }
        long generation = Json.number(live, 1, "metadata", "generation");
        boolean changed = strategy.isNewGeneration(next, live);
        Json.ensure(next, "metadata").put("generation", changed ? generation + 1 : generation);
    }

    /** Whether the two have different desired states. */
    static boolean differ(ObjectNode next, ObjectNode live) {
        for (String field : next.propertyNames()) {
            if (!NOT_SPEC.contains(field) && !Json.same(next.get(field), live.get(field))) {
                return true;
            }
        }
        for (String field : live.propertyNames()) {
            if (!NOT_SPEC.contains(field) && !next.has(field)) {
                return true;
            }
        }
        return false;
    }
}
