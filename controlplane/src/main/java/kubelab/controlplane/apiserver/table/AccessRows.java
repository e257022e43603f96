package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Rows of configuration, secrets and rights. */
final class AccessRows {
    private AccessRows() {}

    static List<Object> configMap(JsonNode object, Instant now) {
        int entries = object.path("data").size() + object.path("binaryData").size();
        return List.of(Text.name(object), entries, Text.age(object, now));
    }

    static List<Object> secret(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                object.path("type").asString(""),
                object.path("data").size(),
                Text.age(object, now));
    }

    static List<Object> serviceAccount(JsonNode object, Instant now) {
        return List.of(Text.name(object), object.path("secrets").size(), Text.age(object, now));
    }

    static List<Object> roleBinding(JsonNode object, Instant now) {
        JsonNode role = object.path("roleRef");
        StringJoiner users = new StringJoiner(", ");
        StringJoiner groups = new StringJoiner(", ");
        StringJoiner accounts = new StringJoiner(", ");
        for (JsonNode subject : object.path("subjects")) {
            String name = subject.path("name").asString("");
            switch (subject.path("kind").asString("")) {
                case "User" -> users.add(name);
                case "Group" -> groups.add(name);
                case "ServiceAccount" -> accounts.add(subject.path("namespace").asString("") + "/" + name);
                default -> {}
            }
        }
        return List.of(
                Text.name(object),
                role.path("kind").asString("") + "/" + role.path("name").asString(""),
                Text.age(object, now),
                users,
                groups,
                accounts);
    }
}
