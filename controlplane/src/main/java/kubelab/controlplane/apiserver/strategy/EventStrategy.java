package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events are one resource in two groups, stored in the form of the core group.
 *
 * <p>Source: pkg/registry/core/event and pkg/apis/events/v1/conversion.go, release 1.34.
 */
final class EventStrategy extends PlainStrategy {
    private static final List<String> CORE_FIELDS = List.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type");
    private static final List<String> EVENTS_FIELDS = List.of(
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type");

    private final boolean core;

    /** @param core whether it is the kind of the core group, not that of events.k8s.io */
    EventStrategy(boolean core) {
        this.core = core;
    }

    @Override
    public String storageVersion(String apiVersion) {
        return "v1";
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public List<String> selectableFields() {
        return core ? CORE_FIELDS : EVENTS_FIELDS;
    }

    @Override
    public List<String> storedFields() {
        return CORE_FIELDS;
    }

    @Override
    public String storedField(String requested) {
        return core
                ? requested
                : requested
                        .replaceFirst("^reportingController$", "reportingComponent")
                        .replaceFirst("^regarding\\.", "involvedObject.");
    }

    @Override
    public String fieldValue(ObjectNode stored, String field) {
        if (!field.equals("source")) {
            return super.fieldValue(stored, field);
        }
        String component = Json.string(stored, "source", "component");
        return component.isEmpty() ? Json.string(stored, "reportingComponent") : component;
    }
}
