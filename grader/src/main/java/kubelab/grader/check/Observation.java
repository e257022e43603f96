package kubelab.grader.check;

/** What one look at the cluster found. Texts are for the learner: one sentence, no timestamps, no addresses. */
public sealed interface Observation {

    /**
     * It is as it should be; {@code observed} says what was seen, as praise.
     *
     * @param witness by what it was seen, such as the ids of containers: what has to go on holding counts from when the
     *     witness was last another one, so that something which ends and starts again between two looks is noticed
     */
    record Holds(String observed, String witness) implements Observation {}

    /** Not yet: looking again may help. */
    record NotYet(String expected, String observed) implements Observation {}

    /** It will not become right by waiting. */
    record Never(String expected, String observed) implements Observation {}

    static Observation holds(String observed) {
        return new Holds(observed, "");
    }

    static Observation holds(String observed, String witness) {
        return new Holds(observed, witness);
    }

    static Observation notYet(String expected, String observed) {
        return new NotYet(expected, observed);
    }

    static Observation never(String expected, String observed) {
        return new Never(expected, observed);
    }

    /** For what will not change any more: it holds unless something wrong was seen. */
    static Observation unless(boolean wrong, String praise, String expected, String observed) {
        return wrong ? never(expected, observed) : holds(praise);
    }
}
