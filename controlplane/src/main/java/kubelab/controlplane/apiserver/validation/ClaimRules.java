package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PersistentVolumeClaims and their templates. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ClaimRules {
    private static final String[] MODES = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"};

    private ClaimRules() {}

    static void spec(Field spec) {
        accessModes(spec.get("accessModes"), "at least 1 access mode is required");
        SelectorRules.check(spec.get("selector"));
        Field storage = new Field(
                spec.path() + ".resources[storage]",
                spec.at("resources", "requests", "storage").node(),
                spec.errors());
        if (!storage.isSet()) {
            storage.required();
        } else if (Quantity.value(storage.text()).signum() <= 0) {
            storage.invalid("must be greater than zero");
        }
        spec.get("storageClassName").optionalName(Names::subdomain);
        volumeMode(spec.get("volumeMode"));
        source(spec.get("dataSource"));
        source(spec.get("dataSourceRef"));
        Field namespace = spec.at("dataSourceRef", "namespace");
        namespace.optionalName(Names::label);
        if (spec.has("dataSource") && spec.has("dataSourceRef")) {
            boolean same = List.of("apiGroup", "kind", "name").stream().allMatch(field -> spec.get("dataSource")
                    .get(field)
                    .node()
                    .equals(spec.get("dataSourceRef").get(field).node()));
            if (!namespace.isEmpty()) {
                spec.errors()
                        .invalidObject(
                                spec.path(), "{…}", "may not be specified when dataSourceRef.namespace is specified");
            } else if (!same) {
                spec.errors().invalidObject(spec.path(), "{…}", "must match dataSourceRef");
            }
        }
        spec.get("volumeAttributesClassName").optionalName(Names::subdomain);
    }

    static void accessModes(Field modes, String whenEmpty) {
        if (modes.isEmpty() && whenEmpty.isEmpty()) {
            modes.required();
        } else if (modes.isEmpty()) {
            modes.required(whenEmpty);
        }
        boolean exclusive = false;
        boolean shared = false;
        for (Field mode : modes.items()) {
            boolean known = List.of(MODES).contains(mode.text());
            if (!known) {
                modes.errors().unsupported(modes.path(), mode.node().toString(), MODES);
            }
            exclusive |= mode.text().equals("ReadWriteOncePod");
            shared |= known && !mode.text().equals("ReadWriteOncePod");
        }
        if (exclusive && shared) {
            modes.forbidden("may not use ReadWriteOncePod with other access modes");
        }
    }

    static void volumeMode(Field mode) {
        mode.optionallyOneOf("Block", "Filesystem");
    }

    private static void source(Field source) {
        if (!source.isSet()) {
            return;
        }
        source.needs("name", "kind");
        if (source.get("apiGroup").isEmpty() && !source.is("kind", "PersistentVolumeClaim")) {
            source.invalid(
                    source.text("kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        source.get("apiGroup").optionalName(Names::subdomain);
    }

    static void update(Field claim, JsonNode old) {
        ObjectNode next = (ObjectNode) claim.get("spec").node().deepCopy();
        ObjectNode before = (ObjectNode) old.path("spec").deepCopy();
        boolean bound = claim.at("status", "phase").text().equals("Bound");
        if (before.path("volumeName").asString("").isEmpty()) {
            next.remove("volumeName");
            before.remove("volumeName");
        }
        if (!before.has("storageClassName")) {
            next.remove("storageClassName");
        }
        BigDecimal size = size(next);
        BigDecimal oldSize = size(before);
        if (bound) {
            for (ObjectNode spec : List.of(next, before)) {
                spec.remove("volumeAttributesClassName");
                if (spec.path("resources").path("requests") instanceof ObjectNode requests) {
                    requests.remove("storage");
                }
            }
        }
        if (!next.equals(before)) {
            claim.get("spec")
                    .forbidden("spec is immutable after creation except resources.requests and"
                            + " volumeAttributesClassName for bound claims");
        }
        if (size.compareTo(oldSize) < 0
                && size.compareTo(amount(old.path("status").path("capacity").path("storage"))) <= 0) {
            claim.at("spec", "resources", "requests", "storage")
                    .forbidden("field can not be less than status.capacity");
        }
        claim.errors()
                .immutable(
                        "volumeMode",
                        old.path("spec").path("volumeMode"),
                        claim.at("spec", "volumeMode").node());
    }

    private static BigDecimal size(JsonNode spec) {
        return amount(spec.path("resources").path("requests").path("storage"));
    }

    private static BigDecimal amount(JsonNode quantity) {
        return Quantity.value(quantity.asString("0"));
    }
}
