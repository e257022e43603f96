package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is special about a kind when it is written, selected or deleted. The defaults are what most kinds do; a kind that
 * differs has a class of its own in this package, and {@link Strategies} knows which one. The verbs ask the strategy and
 * never a kind's name, so that a custom resource that is called like a built-in one is not taken for it.
 *
 * <p>Objects are JSON trees in the version that the row of the registry serves, unless said otherwise. A strategy has no
 * state: it may be called on any thread.
 *
 * <p>Source: the strategy.go files under pkg/registry, and k8s.io/apiserver/pkg/registry/rest, release 1.34.
 */
public interface Strategy {

    /** Where its objects are kept. Upstream has names of its own for the oldest kinds. */
    default String storagePrefix(String plural) {
        return "/registry/" + plural + "/";
    }

    /** The version in which its objects are stored, for a row that serves {@code apiVersion}. */
    default String storageVersion(String apiVersion) {
        return apiVersion;
    }

    /** What each client is told that uses the kind; empty for nothing. */
    default String deprecation() {
        return "";
    }

    /** Whether objects may be created at the moment; they may be read, changed and deleted in any case. */
    default boolean takesNewObjects() {
        return true;
    }

    /** Whether a write of the status may change labels, annotations and finalizers, too. */
    default boolean statusTakesMetadata() {
        return true;
    }

    /** Whether an update must say which version it is about. Source: AllowUnconditionalUpdate. */
    default boolean updatesUnconditionally() {
        return true;
    }

    /** Whether the wish to delete is a new desired state, so that the generation counts it. */
    default boolean countsDeletion() {
        return true;
    }

    /** Whether a PUT may create. Source: AllowCreateOnUpdate. */
    default boolean createsOnUpdate() {
        return false;
    }

    /** Takes out the fields behind feature gates that are off: they are read, and nothing of them stays. */
    default void dropDisabledFields(ObjectNode object) {}

    /** Whether a client may send the status of a new object; otherwise {@link #prepareForCreate} begins it. */
    default boolean takesStatusOnCreate() {
        return false;
    }

    /** Fills in what a new object has before admission sees it: the beginning of its status, names, selectors. */
    default void prepareForCreate(ObjectNode object) {}

    /** Takes from the live object what an update may not change. The status has been taken care of. */
    default void prepareForUpdate(ObjectNode next, ObjectNode live) {}

    /** Whether metadata.generation counts the desired states. */
    default boolean hasGeneration() {
        return true;
    }

    /** Whether an update is a new desired state. */
    default boolean isNewGeneration(ObjectNode next, ObjectNode live) {
        return Generation.differ(next, live);
    }

    /** The labels that a scale's selector has from it. */
    default Map<String, String> selectorLabels(ObjectNode object) {
        return Json.map(object, "spec", "selector", "matchLabels");
    }

    /** By which fields lists and watches may select, beyond name and namespace, as requests name them. */
    default List<String> selectableFields() {
        return List.of();
    }

    /** The fields that the store keeps beside an object, as the storage version names them. */
    default List<String> storedFields() {
        return selectableFields();
    }

    /** How the storage version names a selectable field. */
    default String storedField(String requested) {
        return requested;
    }

    /** @param stored in the storage version
     * @param field one of {@link #storedFields()}
     * @return its value as a selector writes it; empty when there is none */
    default String fieldValue(ObjectNode stored, String field) {
        return Json.string(stored, field.split("\\."));
    }

    /** What a client is told that selects by another field. @param quoted the field's name in quotes */
    default String unknownField(String field, String quoted) {
        return selectableFields().isEmpty()
                ? quoted + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + field;
    }

    /** Whether the deletion of an object that may run needs somebody's confirmation. */
    default boolean isDeletedGracefully() {
        return false;
    }

    /**
     * How long the object may live on after it was asked to go.
     *
     * @param asked seconds that the client wants
     * @return seconds; 0 for none
     */
    default long gracePeriod(ObjectNode object, OptionalLong asked) {
        return 0;
    }

    /** Whether something beyond metadata.finalizers holds an object that is to go. */
    default boolean isHeld(ObjectNode object) {
        return false;
    }

    /** Says in the object that it is going; its deletionTimestamp is set. */
    default void markTerminating(ObjectNode object) {}

    /** Whether a delete answers with the object even when it is gone, and not with a Status. */
    default boolean returnsDeletedObject() {
        return false;
    }
}
