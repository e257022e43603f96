package kubelab.containers.runtime.shell;

/**
 * What surrounds the command that runs: loops, functions, sourced files, conditions. What {@code break} and
 * {@code return} leave depends on it, and whether a failure counts.
 */
final class Nesting {
    private int loops;
    private int calls;
    private int sourced;
    private int tests;

    /** A subshell can leave no loop of its parent, but a failure in it counts as little as the whole subshell's. */
    Nesting forSubshell() {
        Nesting copy = new Nesting();
        copy.calls = calls;
        copy.tests = tests;
        return copy;
    }

    int loops() {
        return loops;
    }

    void enterLoop() {
        loops++;
    }

    void leaveLoop() {
        loops--;
    }

    /** How many functions have been called and have not returned. */
    int calls() {
        return calls;
    }

    /** The loops around a call are not the function's. @return how many they were, for {@link #leaveFunction} */
    int enterFunction() {
        int outer = loops;
        loops = 0;
        calls++;
        return outer;
    }

    void leaveFunction(int outerLoops) {
        loops = outerLoops;
        calls--;
    }

    void enterSource() {
        sourced++;
    }

    void leaveSource() {
        sourced--;
    }

    boolean inSource() {
        return sourced > 0;
    }

    /** Whether there is something to return from. */
    boolean inFunction() {
        return calls > 0 || sourced > 0;
    }

    /** From here on a failure is only an answer: conditions, all but the last of && and ||. */
    void enterTest() {
        tests++;
    }

    void leaveTest() {
        tests--;
    }

    boolean inTest() {
        return tests > 0;
    }
}
