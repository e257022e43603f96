package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Formats;
import kubelab.controlplane.apiserver.validation.Names;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a CustomResourceDefinition may be.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (1.34). Simplified: a definition
 * that needs conversion by a webhook is refused: that is not done here.
 */
final class DefinitionRules {
    private static final String PAGE = " (see docs/fidelity.adoc of kubelab)";
    private static final String APPROVED = "api-approved.kubernetes.io";

    private DefinitionRules() {}

    static List<Cause> create(ObjectNode definition) {
        Causes causes = new Causes();
        String name = Json.string(definition, "metadata", "name");
        String required =
                Json.string(definition, "spec", "names", "plural") + "." + Json.string(definition, "spec", "group");
        if (!name.isEmpty() && !name.equals(required)) {
            causes.invalidText("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        }
        spec(definition, causes);
        status(definition, causes);
        approval(definition, causes);
        return causes.list();
    }

    static List<Cause> update(ObjectNode definition, ObjectNode old, String subresource) {
        Causes causes = new Causes();
        if (subresource.equals("status")) {
            NameRules.check(definition.path("status").path("acceptedNames"), "status.acceptedNames", causes);
            return causes.list();
        }
        spec(definition, causes);
        JsonNode spec = definition.path("spec");
        JsonNode before = old.path("spec");
        if (new CustomDefinition(old).hasCondition("Established")) {
            causes.immutable("spec.scope", spec.path("scope"), before.path("scope"));
            causes.immutable(
                    "spec.names.kind",
                    spec.path("names").path("kind"),
                    before.path("names").path("kind"));
        }
        causes.immutable("spec.group", spec.path("group"), before.path("group"));
        causes.immutable(
                "spec.names.plural",
                spec.path("names").path("plural"),
                before.path("names").path("plural"));
        status(definition, causes);
        approval(definition, causes);
        return causes.list();
    }

    /** @param old before an update, which is warned of what it brings only */
    static List<String> warnings(ObjectNode definition, @Nullable ObjectNode old) {
        Set<String> unknown = formats(definition);
        if (old != null) {
            unknown.removeAll(formats(old));
        }
        List<String> warnings = new ArrayList<>();
        unknown.forEach(format -> warnings.add("unrecognized format " + GoText.quote(format)));
        return warnings;
    }

    /** The formats of strings that are not known. */
    private static Set<String> formats(ObjectNode definition) {
        Set<String> unknown = new TreeSet<>();
        for (ObjectNode version : Json.objects(definition, "spec", "versions")) {
            formats(version.path("schema").path("openAPIV3Schema"), unknown);
        }
        return unknown;
    }

    private static void formats(JsonNode schema, Set<String> unknown) {
        String format = schema.path("format").asString("");
        if (!format.isEmpty() && schema.path("type").asString("").equals("string") && !Formats.isKnown(format)) {
            unknown.add(format);
        }
        if (schema.isContainer()) {
            schema.forEach(part -> formats(part, unknown));
        }
    }

    private static void spec(ObjectNode definition, Causes causes) {
        JsonNode spec = definition.path("spec");
        String group = Json.string(spec, "group");
        if (group.isEmpty()) {
            causes.required("spec.group", "");
        } else if (!Names.subdomain(group).isEmpty()) {
            causes.name("spec.group", group, "", Names.subdomain(group));
        } else if (!group.contains(".")) {
            causes.invalidText("spec.group", group, "should be a domain with at least one dot");
        }
        word("spec.scope", Json.string(spec, "scope"), List.of("Cluster", "Namespaced"), causes);
        if (Json.bool(spec, "preserveUnknownFields")) {
            causes.invalid(
                    "spec.preserveUnknownFields",
                    "true",
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                            + " spec.versions[*].schema instead");
        }
        versions(spec, Json.objects(spec, "versions"), causes);
        for (String name : List.of("plural", "singular", "kind", "listKind")) {
            if (Json.string(spec, "names", name).isEmpty()) {
                causes.required("spec.names." + name, "");
            }
        }
        NameRules.check(spec.path("names"), "spec.names", causes);
        conversion(spec.path("conversion"), causes);
    }

    private static void versions(JsonNode spec, List<ObjectNode> versions, Causes causes) {
        String shown = spec.path("versions").isMissingNode()
                ? "null"
                : spec.path("versions").toString();
        for (int i = 0; i < versions.size(); i++) {
            if (Json.object(versions.get(i), "schema", "openAPIV3Schema") == null) {
                causes.required("spec.versions[" + i + "].schema.openAPIV3Schema", "");
            }
        }
        Set<String> names = new HashSet<>();
        int storage = 0;
        boolean unique = true;
        for (int i = 0; i < versions.size(); i++) {
            ObjectNode version = versions.get(i);
            String name = Json.string(version, "name");
            String path = "spec.versions[" + i + "]";
            storage += Json.bool(version, "storage") ? 1 : 0;
            unique &= names.add(name);
            List<String> reasons = Names.label1035(name);
            if (!reasons.isEmpty()) {
                causes.invalidText(path + ".name", name, String.join(",", reasons));
                if (i == 0) {
                    causes.invalidText("spec.version", name, String.join(",", reasons));
                }
            }
            if (version.has("deprecationWarning")) {
                deprecation(version, path + ".deprecationWarning", causes);
            }
            for (Part part : Part.values()) {
                if (i == 0 || !part.isCommon(versions)) {
                    part.check(
                            version, part.isCommon(versions) ? "spec." + part.common : path + "." + part.own, causes);
                }
            }
        }
        if (!unique) {
            causes.invalid("spec.versions", shown, "must contain unique version names");
        }
        if (storage != 1) {
            causes.invalid("spec.versions", shown, "must have exactly one version marked as storage version");
        }
    }

    /** What a version has of its own; where all have the same, upstream speaks of the definition's. */
    private enum Part {
        SCHEMA("schema", "validation") {
            @Override
            void check(ObjectNode version, String path, Causes causes) {
                schema(version, path + ".openAPIV3Schema", causes);
            }
        },
        SUBRESOURCES("subresources", "subresources") {
            @Override
            void check(ObjectNode version, String path, Causes causes) {
                NameRules.scale(version.path("subresources").path("scale"), path + ".scale", causes);
            }
        },
        COLUMNS("additionalPrinterColumns", "additionalPrinterColumns") {
            @Override
            void check(ObjectNode version, String path, Causes causes) {
                List<ObjectNode> columns = Json.objects(version, "additionalPrinterColumns");
                for (int i = 0; i < columns.size(); i++) {
                    NameRules.column(columns.get(i), path + "[" + i + "]", causes);
                }
            }
        },
        FIELDS("selectableFields", "selectableFields") {
            @Override
            void check(ObjectNode version, String path, Causes causes) {
                SelectableFieldRules.check(version, path, causes);
            }
        };

        private final String own;
        private final String common;

        Part(String own, String common) {
            this.own = own;
            this.common = common;
        }

        abstract void check(ObjectNode version, String path, Causes causes);

        boolean isCommon(List<ObjectNode> versions) {
            return versions.stream()
                    .allMatch(v -> Json.same(v.get(own), versions.get(0).get(own)));
        }
    }

    private static void schema(ObjectNode version, String path, Causes causes) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        if (schema.isObject()) {
            SchemaRules.check(schema, path, Json.object(version, "subresources", "status") != null, causes);
        }
    }

    private static void deprecation(ObjectNode version, String path, Causes causes) {
        String said = Json.string(version, "deprecationWarning");
        String shown = GoText.quote(said);
        if (!Json.bool(version, "deprecated")) {
            causes.invalid(path, shown, "can only be set for deprecated versions");
            return;
        }
        if (said.length() > 256) {
            causes.invalid(path, shown, "must be <= 256 characters long");
        }
        if (said.isEmpty()) {
            causes.invalid(path, shown, "must not be an empty string");
        }
    }

    private static void conversion(JsonNode conversion, Causes causes) {
        String strategy = Json.string(conversion, "strategy");
        word("spec.conversion.strategy", strategy, List.of("None", "Webhook"), causes);
        if (strategy.equals("Webhook")) {
            causes.forbidden("spec.conversion.strategy", "this cluster does not convert by webhooks" + PAGE);
        } else if (conversion.has("webhook")) {
            causes.forbidden(
                    "spec.conversion.webhookClientConfig", "should not be set when strategy is not set to Webhook");
        }
    }

    private static void status(ObjectNode definition, Causes causes) {
        JsonNode status = definition.path("status");
        NameRules.check(status.path("acceptedNames"), "status.acceptedNames", causes);
        List<String> stored = Json.strings(status, "storedVersions");
        if (stored.isEmpty()) {
            causes.invalid("status.storedVersions", "null", "must have at least one stored version");
            return;
        }
        List<String> missing = new ArrayList<>(stored);
        for (ObjectNode version : Json.objects(definition, "spec", "versions")) {
            String name = Json.string(version, "name");
            if (!missing.remove(name) && Json.bool(version, "storage")) {
                causes.invalid(
                        "status.storedVersions",
                        status.path("storedVersions").toString(),
                        "must have the storage version " + name);
            }
        }
        for (int i = 0; i < stored.size(); i++) {
            String name = stored.get(i);
            if (missing.contains(name)) {
                causes.invalidText(
                        "status.storedVersions[" + i + "]",
                        name,
                        "missing from spec.versions; " + name + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data remains persisted in "
                                + name + " and removes " + name + " from status.storedVersions");
            }
        }
    }

    /** Groups of Kubernetes itself need a word of its maintainers. */
    private static void approval(ObjectNode definition, Causes causes) {
        String group = Json.string(definition, "spec", "group");
        boolean isProtected = group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
        String said = Json.string(definition, "metadata", "annotations", APPROVED);
        if (!isProtected || said.startsWith("unapproved") || said.matches("https?://.+")) {
            return;
        }
        String path = "metadata.annotations[" + APPROVED + "]";
        if (said.isEmpty()) {
            causes.required(
                    path,
                    "protected groups must have approval annotation " + GoText.quote(APPROVED)
                            + ", see https://github.com/kubernetes/enhancements/pull/1111");
        } else {
            causes.invalidText(
                    path,
                    said,
                    "protected groups must have approval annotation " + GoText.quote(APPROVED)
                            + " with either a URL or a reason starting with \"unapproved\", see"
                            + " https://github.com/kubernetes/enhancements/pull/1111");
        }
    }

    private static void word(String path, String value, List<String> allowed, Causes causes) {
        if (value.isEmpty()) {
            causes.required(path, "");
        } else if (!allowed.contains(value)) {
            causes.unsupported(path, value, allowed);
        }
    }
}
