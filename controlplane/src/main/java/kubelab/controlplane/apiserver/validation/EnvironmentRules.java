package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Variables of a container, and references to fields. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class EnvironmentRules {
    static final Set<String> VOLUME_FIELDS = new TreeSet<>(
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"));
    private static final Set<String> VARIABLE_FIELDS = new TreeSet<>(List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs"));
    /** What can be referred to at all; which of them where is another question. */
    private static final Set<String> KNOWN_FIELDS = new TreeSet<>(List.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs"));

    private static final Pattern SUBSCRIPT = Pattern.compile("(.*)\\['(.*)']");
    private static final String[] RESOURCES = {
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory"
    };
    private static final List<String> CPU_DIVISORS = List.of("1", "1m");
    private static final List<String> SIZE_DIVISORS =
            List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

    private EnvironmentRules() {}

    static void check(Field container) {
        for (Field variable : container.get("env").items()) {
            variable.get("name").requiredName(Names::environment);
            if (variable.has("valueFrom")) {
                valueFrom(variable.get("valueFrom"), !variable.get("value").isEmpty());
            }
        }
        for (Field source : container.get("envFrom").items()) {
            source.get("prefix").optionalName(Names::environment);
            for (String reference : List.of("configMapRef", "secretRef")) {
                if (source.has(reference)) {
                    // upstream takes it for the beginning of a name
                    source.at(reference, "name").requiredName(name -> Names.subdomain(name.replaceFirst("-$", "a")));
                }
            }
            Field list = container.get("envFrom");
            if (!source.has("configMapRef") && !source.has("secretRef")) {
                list.invalid("", "must specify one of: `configMapRef` or `secretRef`");
            } else if (source.has("configMapRef") && source.has("secretRef")) {
                list.invalid("", "may not have more than one field specified at a time");
            }
        }
    }

    private static void valueFrom(Field source, boolean hasValue) {
        if (source.has("fieldRef")) {
            fieldRef(source.get("fieldRef"), VARIABLE_FIELDS);
        }
        if (source.has("resourceFieldRef")) {
            resourceFieldRef(source.get("resourceFieldRef"), false);
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(reference)) {
                source.at(reference, "name").name(Names::subdomain);
                source.at(reference, "key").requiredName(Names::configKey);
            }
        }
        if (source.node().isEmpty()) {
            source.invalid(
                    "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (hasValue) {
            source.invalid("", "may not be specified when `value` is not empty");
        } else if (source.node().size() > 1) {
            source.invalid("", "may not have more than one field specified at a time");
        }
    }

    static void fieldRef(Field reference, Set<String> allowed) {
        Field path = reference.get("fieldPath");
        if (reference.get("apiVersion").isEmpty()) {
            reference.get("apiVersion").required();
            return;
        }
        if (path.isEmpty()) {
            path.required();
            return;
        }
        if (!reference.is("apiVersion", "v1")) {
            path.invalid("error converting fieldPath: unsupported pod version: " + reference.text("apiVersion"));
            return;
        }
        Matcher subscript = SUBSCRIPT.matcher(path.text());
        boolean indexed = subscript.matches();
        String field = indexed ? subscript.group(1) : path.text();
        String key = indexed ? subscript.group(2) : "";
        if (indexed && !field.equals("metadata.annotations") && !field.equals("metadata.labels")) {
            path.invalid(
                    KNOWN_FIELDS.contains(field)
                            ? "error converting fieldPath: field label does not support subscript"
                            : "error converting fieldPath: field label not supported: " + path.text());
        } else if (indexed) {
            List<String> wrong =
                    Names.qualified(field.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key);
            wrong.forEach(reason -> reference.invalid(key, reason));
        } else if (!KNOWN_FIELDS.contains(field) && !field.equals("spec.host")) {
            path.invalid("error converting fieldPath: field label not supported: " + field);
        } else if (!allowed.contains(field)) {
            path.unsupported(allowed.toArray(String[]::new));
        }
    }

    static void resourceFieldRef(Field reference, boolean inVolume) {
        String resource = reference.text("resource");
        boolean hugePages = resource.startsWith("requests.hugepages-") || resource.startsWith("limits.hugepages-");
        if (inVolume && reference.get("containerName").isEmpty()) {
            reference.get("containerName").required();
        } else if (resource.isEmpty()) {
            reference.get("resource").required();
        } else if (!hugePages) {
            reference.get("resource").oneOf(RESOURCES);
        }
        String divisor = reference.text("divisor");
        if (divisor.isEmpty() || divisor.equals("0")) {
            return;
        }
        String sizes = "only divisor's values " + String.join(", ", SIZE_DIVISORS) + " are supported with the ";
        if (resource.endsWith(".cpu") && !CPU_DIVISORS.contains(divisor)) {
            reference
                    .get("divisor")
                    .invalid(resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        } else if (resource.endsWith(".memory") && !SIZE_DIVISORS.contains(divisor)) {
            reference.get("divisor").invalid(resource, sizes + "memory resource");
        } else if (resource.endsWith(".ephemeral-storage") && !SIZE_DIVISORS.contains(divisor)) {
            reference.get("divisor").invalid(resource, sizes + "local ephemeral storage resource");
        } else if (hugePages && !SIZE_DIVISORS.contains(divisor)) {
            reference.get("divisor").invalid(resource, sizes + "hugepages resource");
        }
    }
}
