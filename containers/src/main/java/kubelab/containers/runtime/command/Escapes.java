package kubelab.containers.runtime.command;

/** Backslash escapes as {@code echo -e}, {@code printf} and {@code $'…'} know them. */
public final class Escapes {
    private Escapes() {}

    /** @param stopped whether {@code \c} said to print no more */
    public record Expanded(String text, boolean stopped) {}

    /** @param zeroOctal octal numbers start with a zero, as in {@code echo -e '\0101'} */
    public static Expanded expand(String text, boolean zeroOctal) {
        if (text.indexOf('\\') < 0) {
            return new Expanded(text, false);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'a' -> out.append('\007');
                case 'b' -> out.append('\b');
                case 'c' -> {
                    return new Expanded(out.toString(), true);
                }
                case 'e' -> out.append('\033');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'v' -> out.append('\013');
                case '\\' -> out.append('\\');
                case '"' -> out.append('"');
                case '\'' -> out.append('\'');
                case 'x' -> i = number(text, i + 1, 16, 2, out, "\\x");
                default -> {
                    if (next >= '0' && next <= '7') {
                        int begin = zeroOctal && next == '0' ? i + 1 : i;
                        i = number(text, begin, 8, 3, out, "\0");
                    } else {
                        out.append('\\').append(next);
                    }
                }
            }
        }
        return new Expanded(out.toString(), false);
    }

    /** @return the index of the last character that was used */
    private static int number(String text, int from, int radix, int digits, StringBuilder out, String none) {
        int end = from;
        int value = 0;
        while (end < text.length() && end < from + digits && Character.digit(text.charAt(end), radix) >= 0) {
            value = value * radix + Character.digit(text.charAt(end), radix);
            end++;
        }
        if (end == from) {
            out.append(none);
        } else {
            out.append((char) (value & 0xff));
        }
        return end - 1;
    }
}
