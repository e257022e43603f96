package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import kubelab.containers.runtime.kernel.Task;

/**
 * {@code printf}: the format is used again until all arguments are.
 *
 * <p>Simplified: a value is padded to 999,999 characters at most, since the result is built in this JVM's memory.
 */
final class Printf {
    private static final String WIDEST = "999999";

    private final Task task;
    private final String name;
    private final String format;
    private final List<String> arguments;
    private final StringBuilder out = new StringBuilder();
    private int next;
    private int status;
    private boolean stopped;

    /** @param name in whose name it complains */
    Printf(Task task, String name, String format, List<String> arguments) {
        this.task = task;
        this.name = name;
        this.format = format;
        this.arguments = arguments;
    }

    /** What a format makes of its arguments, once: for awk. */
    static String text(Task task, String format, List<String> arguments) throws IOException {
        Printf printf = new Printf(task, "awk", format, arguments);
        printf.once();
        return printf.out.toString();
    }

    int run() throws IOException {
        do {
            int before = next;
            once();
            if (next == before) {
                break;
            }
        } while (next < arguments.size() && !stopped);
        byte[] bytes = new byte[out.length()];
        boolean latin = true;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) out.charAt(i);
            latin &= out.charAt(i) < 256;
        }
        // Escapes such as \x41 make bytes, not characters; other text is UTF-8.
        if (latin && format.contains("\\")) {
            task.out().write(bytes);
        } else {
            task.out().print(out.toString());
        }
        return status;
    }

    private void once() throws IOException {
        int i = 0;
        while (i < format.length() && !stopped) {
            char c = format.charAt(i);
            if (c == '\\') {
                int end = Math.min(format.length(), i + 5);
                // As many characters as one escape takes: the shortest piece that the next character does not change.
                int length = escapeLength(i, end);
                Escapes.Expanded one = Escapes.expand(format.substring(i, i + length), false);
                out.append(one.text());
                stopped = one.stopped();
                i += length;
            } else if (c == '%') {
                i = directive(i + 1);
            } else {
                out.append(c);
                i++;
            }
        }
    }

    private int escapeLength(int i, int end) {
        if (i + 1 >= end) {
            return 1;
        }
        char next = format.charAt(i + 1);
        if (next == 'x') {
            int j = i + 2;
            while (j < end && j < i + 4 && Character.digit(format.charAt(j), 16) >= 0) {
                j++;
            }
            return j - i;
        }
        if (next >= '0' && next <= '7') {
            int j = i + 1;
            while (j < end && j < i + 4 && Character.digit(format.charAt(j), 8) >= 0) {
                j++;
            }
            return j - i;
        }
        return 2;
    }

    private int directive(int from) throws IOException {
        int i = from;
        StringBuilder spec = new StringBuilder("%");
        while (i < format.length() && "-+ #0123456789.*".indexOf(format.charAt(i)) >= 0) {
            char c = format.charAt(i++);
            if (c == '*') {
                spec.append(number(argument()));
            } else {
                spec.append(c);
            }
        }
        if (spec.length() > WIDEST.length()) {
            spec = new StringBuilder(spec.toString().replaceAll("[1-9][0-9]{6,}", WIDEST));
        }
        while (i < format.length() && "hlLjzt".indexOf(format.charAt(i)) >= 0) {
            i++;
        }
        if (i >= format.length()) {
            return invalid(spec.toString(), i);
        }
        char kind = format.charAt(i++);
        switch (kind) {
            case '%' -> out.append('%');
            case 's' -> out.append(pad(spec.toString(), argument()));
            case 'b' -> {
                Escapes.Expanded expanded = Escapes.expand(argument(), true);
                out.append(pad(spec.toString(), expanded.text()));
                stopped |= expanded.stopped();
            }
            case 'c' -> {
                String text = argument();
                out.append(pad(spec.toString(), text.isEmpty() ? "" : text.substring(0, 1)));
            }
            case 'd', 'i' -> out.append(decimal(spec.toString(), number(argument())));
            case 'u' -> out.append(aligned(spec.toString(), "", Long.toUnsignedString(number(argument()))));
            case 'x', 'X', 'o' -> out.append(inBase(spec.toString(), kind, number(argument())));
            case 'f', 'F' -> out.append(fixed(spec.toString(), real(argument())));
            case 'e', 'E', 'g', 'G' ->
                out.append(String.format(Locale.ROOT, spec.toString() + Character.toLowerCase(kind), real(argument())));
            default -> {
                return invalid(spec + format.substring(i - 1), i);
            }
        }
        return i;
    }

    private int invalid(String directive, int end) throws IOException {
        task.err().print(name + ": " + directive + ": invalid format\n");
        status = 1;
        stopped = true;
        return end;
    }

    /** C rounds a tie to the even digit, where Java rounds it up. */
    private static String fixed(String spec, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return String.format(Locale.ROOT, "%f", value).toLowerCase(Locale.ROOT);
        }
        int dot = spec.indexOf('.');
        String digits = dot < 0 ? "6" : spec.substring(dot + 1);
        int scale = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        java.math.BigDecimal rounded =
                new java.math.BigDecimal(value).setScale(scale, java.math.RoundingMode.HALF_EVEN);
        String width = dot < 0 ? spec : spec.substring(0, dot);
        return aligned(width, sign(spec, rounded.signum() < 0), rounded.abs().toPlainString());
    }

    private static String sign(String spec, boolean negative) {
        return negative ? "-" : spec.contains("+") ? "+" : spec.contains(" ") ? " " : "";
    }

    private static String decimal(String spec, long value) {
        return aligned(spec, sign(spec, value < 0), Long.toString(value).replace("-", ""));
    }

    private static String inBase(String spec, char kind, long value) {
        String mark = !spec.contains("#") || value == 0 ? "" : kind == 'o' ? "0" : "0" + kind;
        String digits = kind == 'o' ? Long.toOctalString(value) : Long.toHexString(value);
        return aligned(spec, mark, kind == 'X' ? digits.toUpperCase(Locale.ROOT) : digits);
    }

    /** A number as wide as C makes it: Java refuses some flags together, and a precision. */
    private static String aligned(String spec, String sign, String digits) {
        int i = 1;
        while (i < spec.length() && "-+ #0".indexOf(spec.charAt(i)) >= 0) {
            i++;
        }
        String flags = spec.substring(1, i);
        String[] sizes = spec.substring(i).split("\\.", -1);
        int width = sizes[0].isEmpty() ? 0 : Integer.parseInt(sizes[0]);
        boolean exact = sizes.length > 1;
        int least = exact && !sizes[1].isEmpty() ? Integer.parseInt(sizes[1]) : 0;
        boolean left = flags.contains("-");
        if (flags.contains("0") && !exact && !left) {
            least = width - sign.length();
        }
        String text = sign + "0".repeat(Math.max(0, least - digits.length())) + digits;
        String spaces = " ".repeat(Math.max(0, width - text.length()));
        return left ? text + spaces : spaces + text;
    }

    private static String pad(String spec, String text) {
        boolean left = spec.contains("-");
        String digits = spec.replaceAll("[^0-9.]", "");
        int dot = digits.indexOf('.');
        String width = dot < 0 ? digits : digits.substring(0, dot);
        String value = text;
        if (dot >= 0) {
            String precision = digits.substring(dot + 1);
            int n = precision.isEmpty() ? 0 : Integer.parseInt(precision);
            value = value.substring(0, Math.min(n, value.length()));
        }
        int fill = (width.isEmpty() ? 0 : Integer.parseInt(width)) - value.length();
        String spaces = " ".repeat(Math.max(0, fill));
        return left ? value + spaces : spaces + value;
    }

    private String argument() {
        return next < arguments.size() ? arguments.get(next++) : argumentMissing();
    }

    private String argumentMissing() {
        next++;
        return "";
    }

    private long number(String text) throws IOException {
        String trimmed = text.trim();
        if (trimmed.startsWith("'") || trimmed.startsWith("\"")) {
            return trimmed.length() > 1 ? trimmed.charAt(1) : 0;
        }
        try {
            if (trimmed.startsWith("0") && trimmed.length() > 1 && !trimmed.startsWith("0x")) {
                return Long.parseLong(trimmed, 8);
            }
            return Long.decode(trimmed);
        } catch (NumberFormatException e) {
            task.err().print(name + ": invalid number '" + text + "'\n");
            status = 1;
            return 0;
        }
    }

    private double real(String text) throws IOException {
        if (text.trim().isEmpty()) {
            return 0;
        }
        try {
            return Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            task.err().print(name + ": invalid number '" + text + "'\n");
            status = 1;
            return 0;
        }
    }
}
