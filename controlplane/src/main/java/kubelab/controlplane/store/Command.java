package kubelab.controlplane.store;

/** What changes a store. Plain data: a log or another member can hold it. */
public sealed interface Command {

    /** Id of what brought this about, such as a request's audit id; it is kept with the state that it made. */
    String cause();

    /**
     * Writes a key if it is at the expected revision.
     *
     * @param expected {@link Store#ANY}, {@link Store#ABSENT} or the modRevision that must be there
     */
    record Put(String key, long expected, Value value, String cause) implements Command {}

    /**
     * Deletes a key if it is at the expected revision.
     *
     * @param last the last state, which watchers see
     */
    record Delete(String key, long expected, Value last, String cause) implements Command {}

    /** Forgets all states that are older than the state at this revision. */
    record Compact(long atRevision, String cause) implements Command {}
}
