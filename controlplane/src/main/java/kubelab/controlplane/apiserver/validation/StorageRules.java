package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Classes of storage and what CSI drivers tell. Source: k8s.io/kubernetes/pkg/apis/storage/validation (1.34). */
final class StorageRules {
    private static final int MOST_PARAMETERS = 512;
    private static final int LARGEST_PARAMETERS = 256 * 1024;
    private static final int LONGEST_NODE_ID = 256;
    private static final long SHORTEST_TOKEN = 600;
    private static final long LONGEST_TOKEN = 1L << 32;
    private static final long SHORTEST_PERIOD = 10;

    private StorageRules() {}

    static void storageClass(Field object) {
        driver(object.get("provisioner"));
        parameters(object.get("parameters"), true);
        if (!object.get("reclaimPolicy").isEmpty()) {
            object.get("reclaimPolicy").oneOf("Delete", "Retain");
        }
        object.get("volumeBindingMode").oneOf("Immediate", "WaitForFirstConsumer");
        for (Field term : object.get("allowedTopologies").items()) {
            Set<String> keys = new HashSet<>();
            for (Field expression : term.get("matchLabelExpressions").items()) {
                Field values = expression.get("values");
                if (values.isEmpty()) {
                    values.required();
                }
                Set<String> seen = new HashSet<>();
                for (Field value : values.items()) {
                    if (!seen.add(value.text())) {
                        value.duplicate(value.text());
                    }
                }
                expression.get("key").name(Names::qualified);
                if (!keys.add(expression.text("key"))) {
                    expression.get("key").duplicate(expression.text("key"));
                }
            }
        }
        Set<JsonNode> terms = new HashSet<>();
        for (Field term : object.get("allowedTopologies").items()) {
            // upstream holds each against some that say nothing, too
            if (!terms.add(term.node()) || term.get("matchLabelExpressions").isEmpty()) {
                term.get("matchLabelExpressions").duplicate("");
            }
        }
    }

    static void storageClassUpdate(Field object, JsonNode old) {
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
            fixed(object.get(field), old.path(field));
        }
        object.errors()
                .immutable(
                        "volumeBindingMode",
                        old.path("volumeBindingMode"),
                        object.get("volumeBindingMode").node());
    }

    static void attributesClass(Field object) {
        driver(object.get("driverName"));
        parameters(object.get("parameters"), false);
    }

    static void attributesClassUpdate(Field object, JsonNode old) {
        fixed(object.get("driverName"), old.path("driverName"));
        fixed(object.get("parameters"), old.path("parameters"));
        attributesClass(object);
    }

    private static void fixed(Field field, JsonNode old) {
        boolean nothing = !old.isString() && old.isEmpty() && field.isEmpty();
        if (!nothing && !old.equals(field.node())) {
            field.forbidden("updates to " + field.path() + " are forbidden.");
        }
    }

    private static void driver(Field name) {
        if (name.isEmpty()) {
            name.required();
        } else {
            name.errors()
                    .name(
                            name.path(),
                            name.text().toLowerCase(Locale.ROOT),
                            Names.qualified(name.text().toLowerCase(Locale.ROOT)));
        }
    }

    private static void parameters(Field parameters, boolean mayBeEmpty) {
        if (parameters.keys().size() > MOST_PARAMETERS) {
            parameters.tooLong(MOST_PARAMETERS);
            return;
        }
        long size = 0;
        for (String key : parameters.keys()) {
            if (key.isEmpty()) {
                parameters.invalid(key, "field can not be empty.");
            }
            size += key.length() + parameters.text(key).length();
        }
        if (size > LARGEST_PARAMETERS) {
            parameters.tooLong(LARGEST_PARAMETERS);
        }
        if (!mayBeEmpty && parameters.isEmpty()) {
            parameters.required("must contain at least one key/value pair");
        }
    }

    static void csiDriver(Field object) {
        Field spec = object.get("spec");
        if (!spec.has("attachRequired")) {
            spec.get("attachedRequired").required();
        }
        for (String flag : List.of("podInfoOnMount", "storageCapacity", "seLinuxMount")) {
            if (!spec.has(flag)) {
                spec.get(flag).required();
            }
        }
        spec.get("fsGroupPolicy").optionallyOneOf("File", "None", "ReadWriteOnceWithFSType");
        Set<String> audiences = new HashSet<>();
        for (Field request : spec.get("tokenRequests").items()) {
            Field seconds = request.get("expirationSeconds");
            if (!audiences.add(request.text("audience"))) {
                request.get("audience").duplicate(request.text("audience"));
            } else if (seconds.isSet() && seconds.number() < SHORTEST_TOKEN) {
                seconds.invalid("may not specify a duration less than 10 minutes");
            } else if (seconds.number() > LONGEST_TOKEN) {
                seconds.invalid("may not specify a duration larger than 2^32 seconds");
            }
        }
        for (Field mode : spec.get("volumeLifecycleModes").items()) {
            if (!List.of("Persistent", "Ephemeral").contains(mode.text())) {
                mode.errors()
                        .unsupported(
                                spec.get("volumeLifecycleModes").path(),
                                mode.node().toString(),
                                "Persistent",
                                "Ephemeral");
            }
        }
        Field period = spec.get("nodeAllocatableUpdatePeriodSeconds");
        if (period.isSet() && period.number() < SHORTEST_PERIOD) {
            period.invalid("must be greater than or equal to 10 seconds");
        }
    }

    static void csiDriverUpdate(Field object, JsonNode old) {
        JsonNode before = old.path("spec");
        Field spec = object.get("spec");
        object.errors()
                .immutable(
                        "spec.attachedRequired",
                        before.path("attachRequired"),
                        spec.get("attachRequired").node());
        object.errors()
                .immutable(
                        "spec.volumeLifecycleModes",
                        before.path("volumeLifecycleModes"),
                        spec.get("volumeLifecycleModes").node());
    }

    static void csiNode(Field object) {
        Set<String> names = new HashSet<>();
        for (Field driver : object.at("spec", "drivers").items()) {
            VolumeSources.driver(driver.get("name"));
            Field id = driver.get("nodeID");
            if (id.isEmpty()) {
                id.required();
            } else if (id.text().length() > LONGEST_NODE_ID) {
                id.invalid("must be " + LONGEST_NODE_ID + " characters or less");
            }
            if (driver.get("allocatable").has("count")) {
                driver.at("allocatable", "count").notNegative();
            }
            if (!names.add(driver.text("name"))) {
                driver.get("name").duplicate(driver.text("name"));
            }
            Set<String> keys = new HashSet<>();
            for (Field key : driver.get("topologyKeys").items()) {
                if (key.isEmpty()) {
                    driver.required();
                }
                if (!keys.add(key.text())) {
                    driver.duplicate(key.text());
                }
                driver.errors().name(driver.path(), key.text(), Names.qualified(key.text()));
            }
        }
    }

    static void csiNodeUpdate(Field object, JsonNode old) {
        for (JsonNode before : old.path("spec").path("drivers")) {
            for (Field driver : object.at("spec", "drivers").items()) {
                if (driver.is("name", before.path("name").asString(""))
                        && !driver.node().equals(before)) {
                    object.errors().invalidObject("spec.drivers", "{…}", "field is immutable");
                }
            }
        }
    }

    static void capacity(Field object) {
        SelectorRules.check(object.get("nodeTopology"));
        object.get("storageClassName").name(Names::subdomain);
        Field capacity = object.get("capacity");
        if (capacity.isSet() && Quantity.value(capacity.text()).signum() < 0) {
            capacity.invalid("must be greater than or equal to 0");
        }
    }

    static void capacityUpdate(Field object, JsonNode old) {
        if (!old.path("nodeTopology").equals(object.get("nodeTopology").node())) {
            object.errors()
                    .invalidObject("nodeTopology", object.has("nodeTopology") ? "{…}" : "null", "field is immutable");
        }
        if (!object.is("storageClassName", old.path("storageClassName").asString(""))) {
            object.get("storageClassName").invalid("field is immutable");
        }
    }

    static void attachment(Field object) {
        Field spec = object.get("spec");
        VolumeSources.driver(spec.get("attacher"));
        if (spec.get("attacher").isEmpty()) {
            spec.get("attacher").required();
        }
        Field source = spec.get("source");
        Field name = source.get("persistentVolumeName");
        boolean inline = source.has("inlineVolumeSpec");
        if (inline == name.isSet()) {
            String detail = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
            if (inline) {
                source.forbidden(detail);
            } else {
                source.required(detail);
            }
        } else if (name.isSet() && name.isEmpty()) {
            name.required("must specify non empty persistentVolumeName");
        }
        if (name.isSet()) {
            name.name(Names::subdomain);
        }
        spec.get("nodeName").name(Names::subdomain);
    }
}
