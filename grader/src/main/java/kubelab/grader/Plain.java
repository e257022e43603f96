package kubelab.grader;

import java.util.regex.Pattern;

/**
 * Text that came from an answer or from the cluster, made fit to be shown anywhere: without what moves a terminal's cursor,
 * changes its colours, or turns the direction of writing. Line ends and tabs stay.
 */
final class Plain {
    /** A terminal's command: escape, bracket, parameters, a letter. */
    private static final Pattern COMMAND = Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]");

    private static final Pattern UNFIT =
            Pattern.compile("[\\p{Cc}\\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff&&[^\\n\\t]]");

    private Plain() {}

    static String text(String any) {
        String text = any.replace("\r\n", "\n");
        return UNFIT.matcher(COMMAND.matcher(text).replaceAll("")).replaceAll("?");
    }
}
