package kubelab.controlplane.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;

/** Tells the world what a component did. Calls return at once; events are written later, repetitions folded together. */
public interface EventRecorder {

    /** What an event's {@code type} can be. */
    enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** As it is written in the object. */
        public String text() {
            return text;
        }
    }

    /**
     * Records that something happened to an object.
     *
     * @param about the object; a Pod's container is named by {@link ObjectReference#getFieldPath()},
     *     e.g. {@code spec.containers{web}}
     * @param reason one word in CamelCase, e.g. {@code SuccessfulCreate}
     * @param message a sentence for people
     */
    void event(ObjectReference about, Type type, String reason, String message);

    /** As {@link #event(ObjectReference, Type, String, String)}, with another object that has to do with it. */
    default void event(ObjectReference about, ObjectReference related, Type type, String reason, String message) {
        event(about, type, reason, message);
    }

    /** As {@link #event(ObjectReference, Type, String, String)}, about a whole object. */
    default void event(HasMetadata about, Type type, String reason, String message) {
        event(reference(about), type, reason, message);
    }

    default void normal(HasMetadata about, String reason, String message) {
        event(about, Type.NORMAL, reason, message);
    }

    default void warning(HasMetadata about, String reason, String message) {
        event(about, Type.WARNING, reason, message);
    }

    /** A reference that identifies an object as it was seen: kind, name, uid and resourceVersion. */
    static ObjectReference reference(HasMetadata object) {
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .withResourceVersion(object.getMetadata().getResourceVersion())
                .build();
    }

    /** A reference to one container of a Pod; {@code list} is spec.containers, spec.initContainers, … */
    static ObjectReference container(HasMetadata pod, String list, String container) {
        ObjectReference reference = reference(pod);
        reference.setFieldPath(list + "{" + container + "}");
        return reference;
    }
}
