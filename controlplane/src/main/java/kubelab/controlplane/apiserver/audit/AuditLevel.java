package kubelab.controlplane.apiserver.audit;

/** How much is noted of a request; each level has what the ones before it have. */
public enum AuditLevel {
    NONE("None"),
    METADATA("Metadata"),
    /** And the object that was sent. */
    REQUEST("Request"),
    /** And the object that was answered. */
    REQUEST_RESPONSE("RequestResponse");

    private final String word;

    AuditLevel(String word) {
        this.word = word;
    }

    /** As policies and Events write it. */
    public String word() {
        return word;
    }

    boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }
}
