package kubelab.controlplane.apiserver.validation;

import java.util.List;

/** Questions about rights. Source: k8s.io/kubernetes/pkg/apis/authorization/validation (1.34). */
final class ReviewRules {
    private ReviewRules() {}

    static void access(Field review) {
        subject(review.get("spec"));
        attributes(review.get("spec"));
        noMetadata(review, false);
    }

    static void self(Field review) {
        attributes(review.get("spec"));
        noMetadata(review, false);
    }

    static void local(Field review) {
        Field spec = review.get("spec");
        subject(spec);
        attributes(spec);
        noMetadata(review, true);
        Field namespace = spec.at("resourceAttributes", "namespace");
        if (spec.has("resourceAttributes")
                && !namespace.text().equals(review.get("metadata").text("namespace"))) {
            namespace.invalid("must match metadata.namespace");
        }
        if (spec.has("nonResourceAttributes")) {
            spec.get("nonResourceAttributes").invalid("disallowed on this kind of request");
        }
    }

    private static void subject(Field spec) {
        if (spec.get("user").isEmpty() && spec.get("groups").isEmpty()) {
            spec.get("user").invalid("", "at least one of user or group must be specified");
        }
    }

    private static void attributes(Field spec) {
        boolean resource = spec.has("resourceAttributes");
        boolean other = spec.has("nonResourceAttributes");
        if (resource && other) {
            spec.get("nonResourceAttributes").invalid("cannot be specified in combination with resourceAttributes");
        } else if (!resource && !other) {
            spec.errors()
                    .invalidObject(
                            spec.get("resourceAttributes").path(),
                            "null",
                            "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }
        for (String kind : List.of("fieldSelector", "labelSelector")) {
            Field selector = spec.at("resourceAttributes", kind);
            boolean raw = !selector.get("rawSelector").isEmpty();
            boolean listed = !selector.get("requirements").isEmpty();
            if (raw && listed) {
                selector.get("rawSelector").invalid("may not specified at the same time as requirements");
            } else if (selector.isSet() && !raw && !listed) {
                selector.get("requirements")
                        .required("when " + selector.path() + " is specified, requirements or rawSelector is required");
            }
        }
    }

    private static void noMetadata(Field review, boolean namespaced) {
        boolean empty = review.get("metadata").keys().stream()
                .allMatch(key -> key.equals("managedFields") || namespaced && key.equals("namespace"));
        if (!empty) {
            review.get("metadata").invalid("must be empty" + (namespaced ? " except for namespace" : ""));
        }
    }
}
