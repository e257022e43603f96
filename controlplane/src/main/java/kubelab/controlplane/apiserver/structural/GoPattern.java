package kubelab.controlplane.apiserver.structural;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of schemas, which are Go's: read by Go's rules, and written again for Java's engine. What Go does not
 * have (look-ahead, back references, possessive operators) is refused in its words.
 *
 * <p>Source: package regexp/syntax of Go, with the flags of Perl. Simplified: a vertical tab is white space, and no limit is
 * set to what nested repetitions come to.
 */
public final class GoPattern {
    private static final Pattern REPETITION = Pattern.compile("\\{(0|[1-9]\\d*)(,(0|[1-9]\\d*)?)?}");
    private static final Pattern HEX = Pattern.compile("\\\\x(?:\\{([0-9a-fA-F]{1,6})}|([0-9a-fA-F]{2}))");
    private static final int MOST_REPETITIONS = 1000;
    private static final String CONTROLS = "aftnrv";
    private static final String CONTROL_VALUES = "\u0007\f\t\n\r\u000b";
    /** Classes by their names in Go and in Java. */
    private static final Map<String, String> POSIX = Map.ofEntries(
            Map.entry("alnum", "\\p{Alnum}"),
            Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("ascii", "\\p{ASCII}"),
            Map.entry("blank", "\\p{Blank}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("digit", "\\p{Digit}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("lower", "\\p{Lower}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("space", "\\p{Space}"),
            Map.entry("upper", "\\p{Upper}"),
            Map.entry("word", "\\w"),
            Map.entry("xdigit", "\\p{XDigit}"));

    private final String text;
    private int at;
    private final StringBuilder java = new StringBuilder();
    /** Whether {@code ^} and {@code $} were those of lines outside of each group that is open. */
    private final Deque<Boolean> outside = new ArrayDeque<>();

    private boolean ofLines;
    /** Whether there is something that can be repeated. */
    private boolean repeatable;
    /** Where the repetition begins that was read last; -1 when something else was. */
    private int repetition = -1;

    private GoPattern(String text) {
        this.text = text;
    }

    /** @return null for none, and for what is no regular expression */
    static @Nullable Pattern compile(String pattern) {
        try {
            return pattern.isEmpty() ? null : Pattern.compile(new GoPattern(pattern).read(), Pattern.UNIX_LINES);
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    /** Why it is no regular expression; null when it is one. */
    public static @Nullable String error(String pattern) {
        try {
            new GoPattern(pattern).read();
            return null;
        } catch (IllegalArgumentException wrong) {
            return "error parsing regexp: " + wrong.getMessage();
        }
    }

    private static IllegalArgumentException refused(String reason, String shown) {
        return new IllegalArgumentException(reason + ": `" + shown + "`");
    }

    private String read() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '(' -> open();
                case ')' -> close();
                case '|' -> {
                    item("|", at + 1);
                    repeatable = false;
                }
                case '*', '+', '?' -> repeat(at + 1);
                case '{' -> braces();
                case '[' -> item(characterClass(), at);
                case '.' -> item(".", at + 1);
                case '^' -> item(ofLines ? "(?m:^)" : "^", at + 1);
                // Java's also matches before a line feed at the end.
                case '$' -> item(ofLines ? "(?m:$)" : "\\z", at + 1);
                case '\\' -> escape();
                default -> item(quoted(single()), at);
            }
        }
        if (!outside.isEmpty()) {
            throw refused("missing closing )", text);
        }
        return java.toString();
    }

    /** @param next where reading goes on */
    private void item(String written, int next) {
        java.append(written);
        at = next;
        repeatable = true;
        repetition = -1;
    }

    private void open() {
        outside.push(ofLines);
        if (!text.startsWith("(?", at)) {
            item("(", at + 1);
        } else if (text.startsWith("(?P<", at) || text.startsWith("(?<", at)) {
            int name = text.indexOf('<', at) + 1;
            int end = text.indexOf('>', name);
            if (end < 0) {
                throw refused("invalid named capture", text.substring(at));
            }
            if (!text.substring(name, end).matches("\\w+")) {
                throw refused("invalid named capture", text.substring(at, end + 1));
            }
            item("(", end + 1); // Java's names have no underscores, and this one is not asked for
        } else {
            flags();
            return;
        }
        repeatable = false;
    }

    /** {@code (?i-s:…)}, or without a colon for the rest of the group around it. */
    private void flags() {
        StringBuilder on = new StringBuilder();
        StringBuilder off = new StringBuilder();
        boolean negative = false;
        boolean any = false;
        boolean lines = ofLines;
        for (int i = at + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("imsU".indexOf(c) >= 0) {
                any = true;
                // U changes what is found first, never whether something is found
                (negative ? off : on).append(c == 'i' ? "iu" : c == 's' ? "s" : "");
                lines = c == 'm' ? !negative : lines;
            } else if (c == '-' && !negative) {
                negative = true;
                any = false;
            } else if ((c == ':' || c == ')') && (any || !negative)) {
                String flags = on + (off.isEmpty() ? "" : "-" + off);
                boolean before = repeatable;
                if (c == ':') {
                    item("(?" + flags + ":", i + 1);
                    repeatable = false;
                } else {
                    outside.pop();
                    item(flags.isEmpty() ? "" : "(?" + flags + ")", i + 1);
                    repeatable = before;
                }
                ofLines = lines;
                return;
            } else {
                throw refused("invalid or unsupported Perl syntax", text.substring(at, i + 1));
            }
        }
        throw refused("invalid or unsupported Perl syntax", text.substring(at));
    }

    private void close() {
        if (outside.isEmpty()) {
            throw refused("unexpected )", text);
        }
        ofLines = outside.pop();
        item(")", at + 1);
    }

    private void repeat(int behind) {
        int start = at;
        int end = behind < text.length() && text.charAt(behind) == '?' ? behind + 1 : behind;
        if (repetition >= 0) {
            throw refused("invalid nested repetition operator", text.substring(repetition, end));
        }
        if (!repeatable) {
            throw refused("missing argument to repetition operator", text.substring(start, end));
        }
        item(text.substring(start, end), end);
        repetition = start;
    }

    /** A brace that begins no repetition is a character. */
    private void braces() {
        Matcher times = REPETITION.matcher(text).region(at, text.length());
        if (!times.lookingAt()) {
            item("\\{", at + 1);
            return;
        }
        int least = times(times.group(1));
        int most = times.group(3) == null ? least : times(times.group(3));
        if (least > MOST_REPETITIONS || most > MOST_REPETITIONS || most < least) {
            throw refused("invalid repeat count", times.group());
        }
        repeat(times.end());
    }

    private static int times(String digits) {
        return digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private void escape() {
        char c = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if (c == 'Q') {
            int end = text.indexOf("\\E", at);
            String literal = text.substring(at + 2, end < 0 ? text.length() : end);
            at = end < 0 ? text.length() : end + 2;
            literal.codePoints().forEach(one -> item(quoted(one), at));
        } else if ("AbBz".indexOf(c) >= 0) {
            item("\\" + c, at + 2);
        } else {
            String set = set();
            item(set != null ? set : quoted(single()), at);
        }
    }

    private String characterClass() {
        int start = at++;
        StringBuilder set = new StringBuilder("[");
        if (text.startsWith("^", at)) {
            set.append('^');
            at++;
        }
        for (boolean first = true; first || !text.startsWith("]", at); first = false) {
            if (at == text.length()) {
                throw refused("missing closing ]", text.substring(start));
            }
            String named = posix();
            String members = named != null ? named : set();
            set.append(members != null ? members : range());
            if (at == text.length()) {
                throw refused("missing closing ]", text.substring(start));
            }
        }
        at++;
        return set.append(']').toString();
    }

    /** One character of a class, or all from one to another. */
    private String range() {
        int start = at;
        int low = single();
        if (!text.startsWith("-", at) || at + 1 == text.length() || text.charAt(at + 1) == ']') {
            return quoted(low);
        }
        at++;
        int high = single();
        if (high < low) {
            throw refused("invalid character class range", text.substring(start, at));
        }
        return quoted(low) + "-" + quoted(high);
    }

    /** {@code [:alpha:]}, as Java has it; null when something else is here. */
    private @Nullable String posix() {
        int end = text.startsWith("[:", at) ? text.indexOf(":]", at + 2) : -1;
        if (end < 0) {
            return null;
        }
        boolean not = text.charAt(at + 2) == '^';
        String set = POSIX.get(text.substring(at + (not ? 3 : 2), end));
        if (set == null) {
            throw refused("invalid character class range", text.substring(at, end + 2));
        }
        at = end + 2;
        return not ? set.replace("\\p", "\\P").replace("\\w", "\\W") : set;
    }

    /** {@code \d} and its like, as Java has it; null when something else is here. */
    private @Nullable String set() {
        char c = text.charAt(at) == '\\' && at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if ("dDsSwW".indexOf(c) >= 0) {
            at += 2;
            return "\\" + c;
        }
        return c == 'p' || c == 'P' ? property(c == 'P') : null;
    }

    /** {@code \pL}, {@code \p{Greek}}, {@code \p{^Greek}}. */
    private String property(boolean negative) {
        int name = at + 2;
        boolean braced = text.startsWith("{", name);
        int end = braced ? text.indexOf('}', name) + 1 : Math.min(name + 1, text.length());
        String whole = text.substring(at, end <= 0 ? text.length() : end);
        String bare = whole.replaceFirst("^\\\\[pP]", "").replaceAll("[{}]", "");
        boolean not = bare.startsWith("^");
        bare = not ? bare.substring(1) : bare;
        try {
            String set = (negative != not ? "\\P{" : "\\p{") + (bare.length() < 3 ? bare : "Is" + bare) + "}";
            Pattern.compile(set);
            at += whole.length();
            return set;
        } catch (PatternSyntaxException unknown) {
            throw refused("invalid character class range", whole);
        }
    }

    /** Reads one character, perhaps an escaped one. */
    private int single() {
        int start = at;
        int c = next();
        if (c != '\\') {
            return c;
        }
        if (at == text.length()) {
            throw refused("trailing backslash at end of expression", "");
        }
        c = next();
        if (CONTROLS.indexOf(c) >= 0) {
            return CONTROL_VALUES.charAt(CONTROLS.indexOf(c));
        }
        if (c < 128 && !Character.isLetterOrDigit(c)) {
            return c;
        }
        if (c == '0' || isOctal(c) && at < text.length() && isOctal(text.charAt(at))) {
            int value = c - '0';
            for (int i = 1; i < 3 && at < text.length() && isOctal(text.charAt(at)); i++) {
                value = value * 8 + next() - '0';
            }
            return value;
        }
        if (c == 'x') {
            Matcher hex = HEX.matcher(text).region(start, text.length());
            int value = hex.lookingAt()
                    ? Integer.parseInt(hex.group(1) == null ? hex.group(2) : hex.group(1), 16)
                    : Integer.MAX_VALUE;
            if (value <= Character.MAX_CODE_POINT) {
                at = hex.end();
                return value;
            }
            at = Math.min(start + 4, text.length());
        }
        throw refused("invalid escape sequence", text.substring(start, at));
    }

    private static boolean isOctal(int c) {
        return c >= '0' && c <= '7';
    }

    private int next() {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** A character that means itself, also in a class. */
    private static String quoted(int c) {
        String one = Character.toString(c);
        return c > ' ' && c < 127 && !Character.isLetterOrDigit(c) ? "\\" + one : one;
    }
}
