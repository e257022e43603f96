package kubelab.controlplane.apiserver.validation;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Ingresses and their classes. Source: k8s.io/kubernetes/pkg/apis/networking/validation (1.34). */
final class IngressRules {
    private static final String CLASS = "kubernetes.io/ingress.class";
    private static final int LONGEST_CONTROLLER = 250;
    private static final List<String> NOT_IN_PATH = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> NOT_AT_END = List.of("/..", "/.");

    private IngressRules() {}

    static void create(Field ingress) {
        check(ingress);
        Field name = ingress.at("spec", "ingressClassName");
        String annotation = ingress.at("metadata", "annotations").text(CLASS);
        boolean annotated = ingress.at("metadata", "annotations").has(CLASS);
        if (annotated && name.isSet() && !annotation.equals(name.text())) {
            ingress.errors()
                    .invalid(
                            "annotations." + CLASS,
                            annotation,
                            "must match `ingressClassName` when both are specified");
        }
    }

    static void check(Field ingress) {
        Field spec = ingress.get("spec");
        if (spec.get("rules").isEmpty() && !spec.has("defaultBackend")) {
            spec.errors()
                    .invalidObject(
                            spec.path(),
                            spec.has("rules") ? "[]" : "null",
                            "either `defaultBackend` or `rules` must be specified");
        }
        if (spec.has("defaultBackend")) {
            backend(spec.get("defaultBackend"));
        }
        for (Field rule : spec.get("rules").items()) {
            Field host = rule.get("host");
            if (Addresses.isAddress(host.text())) {
                host.invalid("must be a DNS name, not an IP address");
            }
            host.optionalName(host.text().contains("*") ? Names::wildcard : Names::subdomain);
            if (rule.has("http")) {
                if (rule.at("http", "paths").isEmpty()) {
                    rule.at("http", "paths").required();
                }
                rule.at("http", "paths").items().forEach(IngressRules::path);
            }
        }
        for (Field tls : spec.get("tls").items()) {
            for (Field host : tls.get("hosts").items()) {
                host.name(host.text().contains("*") ? Names::wildcard : Names::subdomain);
            }
            tls.get("secretName").optionalName(Names::subdomain);
        }
        if (spec.has("ingressClassName")) {
            spec.get("ingressClassName").name(Names::subdomain);
        }
    }

    private static void path(Field entry) {
        Field path = entry.get("path");
        switch (entry.text("pathType")) {
            case "Exact", "Prefix" -> {
                if (!path.text().startsWith("/")) {
                    path.invalid("must be an absolute path");
                }
                for (String part : NOT_IN_PATH) {
                    if (path.text().contains(part)) {
                        path.invalid("must not contain '" + part + "'");
                    }
                }
                for (String end : NOT_AT_END) {
                    if (path.text().endsWith(end)) {
                        path.invalid("cannot end with '" + end + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!path.isEmpty() && !path.text().startsWith("/")) {
                    path.invalid("must be an absolute path");
                }
            }
            default -> {
                if (!entry.has("pathType")) {
                    entry.get("pathType").required("pathType must be specified");
                    return;
                }
                entry.get("pathType").unsupported("Exact", "ImplementationSpecific", "Prefix");
            }
        }
        backend(entry.get("backend"));
    }

    private static void backend(Field backend) {
        if (backend.has("resource") && backend.has("service")) {
            backend.invalid("", "cannot set both resource and service backends");
        } else if (backend.has("resource")) {
            reference(backend.get("resource"));
        } else if (backend.has("service")) {
            backend.at("service", "name").requiredName(Names::label1035);
            Field name = backend.at("service", "port", "name");
            Field number = backend.at("service", "port", "number");
            if (!name.isEmpty() && number.number() != 0) {
                backend.invalid("", "cannot set both port name & port number");
            } else if (!name.isEmpty()) {
                name.name(Names::port);
            } else if (number.number() != 0) {
                number.inRange(1, 65535);
            } else {
                backend.required("port name or number is required");
            }
        } else {
            backend.invalid("", "resource or service backend is required");
        }
    }

    private static void reference(Field reference) {
        if (reference.has("apiGroup")) {
            reference.get("apiGroup").name(Names::subdomain);
        }
        reference.get("kind").requiredName(MetadataRules::pathSegment);
        reference.get("name").requiredName(MetadataRules::pathSegment);
    }

    static void ingressClass(Field object) {
        Field spec = object.get("spec");
        Field controller = spec.get("controller");
        if (controller.text().length() > LONGEST_CONTROLLER) {
            controller.tooLong(LONGEST_CONTROLLER);
        }
        domainPath(controller);
        Field parameters = spec.get("parameters");
        if (!parameters.isSet()) {
            return;
        }
        reference(parameters);
        Field namespace = parameters.get("namespace");
        switch (parameters.text("scope")) {
            case "Namespace" -> {
                if (namespace.isSet()) {
                    namespace.name(Names::label);
                } else {
                    namespace.required("`parameters.scope` is set to 'Namespace'");
                }
            }
            case "Cluster" -> {
                if (namespace.isSet()) {
                    namespace.forbidden("`parameters.scope` is set to 'Cluster'");
                }
            }
            default -> {
                if (parameters.has("scope")) {
                    parameters.get("scope").unsupported("Cluster", "Namespace");
                } else {
                    parameters.get("scope").required();
                }
            }
        }
    }

    /** A path below a domain, as {@code example.com/controller}. */
    private static void domainPath(Field path) {
        String[] parts = path.text().split("/", 2);
        if (path.isEmpty()) {
            path.required();
        } else if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            path.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            path.errors().name(path.path(), parts[0], Names.subdomain(parts[0]));
            path.errors().name(path.path(), parts[1], Names.httpPath(parts[1]));
        }
    }

    static void ingressClassUpdate(Field object, JsonNode old) {
        object.errors()
                .immutable(
                        "spec.controller",
                        old.path("spec").path("controller"),
                        object.at("spec", "controller").node());
    }
}
