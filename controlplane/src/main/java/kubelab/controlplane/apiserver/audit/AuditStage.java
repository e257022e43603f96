package kubelab.controlplane.apiserver.audit;

/** Where on its way a request is when an Event of it is made. */
public enum AuditStage {
    /** The caller is known, and nothing else was looked at. */
    REQUEST_RECEIVED("RequestReceived"),
    /** The head of an answer that goes on was sent: of a watch, a log, an exec. */
    RESPONSE_STARTED("ResponseStarted"),
    RESPONSE_COMPLETE("ResponseComplete"),
    /** Never made here: what goes wrong inside becomes an answer with the code 500. */
    PANIC("Panic");

    private final String word;

    AuditStage(String word) {
        this.word = word;
    }

    /** As policies and Events write it. */
    public String word() {
        return word;
    }
}
