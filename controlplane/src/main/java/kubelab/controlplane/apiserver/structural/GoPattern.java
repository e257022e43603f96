package kubelab.controlplane.apiserver.structural;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of schemas, which are Go's (RE2).
 *
 * <p>Simplified: Java's engine evaluates the patterns; it accepts what RE2 does not have (look-ahead, back
 * references), and the reason for a refusal is in Java's words.
 */
public final class GoPattern {
    private GoPattern() {}

    /** @return null for none, and for what is no regular expression */
    static @Nullable Pattern compile(String pattern) {
        return pattern.isEmpty() || error(pattern) != null ? null : Pattern.compile(java(pattern));
    }

    /** Why it is no regular expression; null when it is one. */
    public static @Nullable String error(String pattern) {
        try {
            Pattern.compile(java(pattern));
            return null;
        } catch (PatternSyntaxException wrong) {
            return "error parsing regexp: " + wrong.getDescription();
        }
    }

    private static String java(String pattern) {
        return pattern.replace("(?P<", "(?<").replace("[[:alnum:]]", "\\p{Alnum}");
    }
}
