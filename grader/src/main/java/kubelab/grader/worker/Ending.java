package kubelab.grader.worker;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** How an answer's process ended. */
public sealed interface Ending {
    /** What it printed last; at most a screenful. */
    String output();

    /** It returned; {@code answer} is an empty object where the exercise asks for a state. */
    record Returned(JsonNode answer, String output) implements Ending {}

    /**
     * @param frames lines of the learner's file, innermost first
     */
    record Threw(String exception, String message, List<String> frames, String output) implements Ending {}

    /** It ran into the limit on its time. */
    record TimedOut(long seconds, String output) implements Ending {}

    /** A component's method that did not return. */
    record Hung(String method, long seconds, String output) implements Ending {}

    /** It broke another limit, or ended its process itself; {@code why} is for the learner. */
    record Died(String why, String output) implements Ending {}
}
