package kubelab.controlplane.apiserver.validation;

import java.util.List;

/** Events of both API groups. Source: k8s.io/kubernetes/pkg/apis/core/validation/events.go (1.34). */
final class EventRules {
    private static final int LONGEST = 128;
    private static final int LONGEST_NOTE = 1024;

    private EventRules() {}

    static void create(Field event) {
        boolean core = event.is("apiVersion", "v1");
        common(event, core);
        if (core) {
            return;
        }
        if (event.has("series")) {
            // upstream writes the path itself
            if (event.at("series", "count").number() < 2) {
                event.at("series", "count").invalid("", "should be at least 2");
            }
            if (event.at("series", "lastObservedTime").isEmpty()) {
                event.at("series", "lastObservedTime").required();
            }
        }
        if (event.get("eventTime").isEmpty()) {
            event.get("eventTime").required();
        }
        if (!List.of("Normal", "Warning").contains(event.text("type"))) {
            event.get("type").invalid("", "has invalid value: " + event.text("type"));
        }
        unset(event, "deprecatedFirstTimestamp", "firstTimestamp");
        unset(event, "deprecatedLastTimestamp", "lastTimestamp");
        unset(event, "deprecatedCount", "count");
        if (!event.at("deprecatedSource", "component").isEmpty()
                || !event.at("deprecatedSource", "host").isEmpty()) {
            event.get("source").invalid("", "needs to be unset");
        }
    }

    private static void unset(Field event, String field, String shown) {
        if (event.has(field)) {
            event.get(shown).invalid("", "needs to be unset");
        }
    }

    private static void common(Field event, boolean core) {
        String namespace = event.get("metadata").text("namespace");
        String about =
                event.at(core ? "involvedObject" : "regarding", "namespace").text();
        boolean free = about.isEmpty() && namespace.equals("default");
        if (event.get("eventTime").isEmpty()) {
            if (!free && !about.equals(namespace)) {
                mismatch(event, about);
            }
            return;
        }
        if (about.isEmpty() && !free && !namespace.equals("kube-system")) {
            mismatch(event, about);
        }
        Field controller = event.get(core ? "reportingComponent" : "reportingController");
        if (controller.isEmpty()) {
            controller.required();
        }
        controller.name(Names::qualified);
        for (String field : List.of("reportingInstance", "action", "reason")) {
            if (event.get(field).isEmpty()) {
                event.get(field).required();
            } else if (event.text(field).length() > LONGEST) {
                event.get(field).invalid("", "can have at most " + LONGEST + " characters");
            }
        }
        if (event.text(core ? "message" : "note").length() > LONGEST_NOTE) {
            event.get("message").invalid("", "can have at most " + LONGEST_NOTE + " characters");
        }
    }

    private static void mismatch(Field event, String about) {
        event.at("involvedObject", "namespace").invalid(about, "does not match event.namespace");
    }
}
