package kubelab.controlplane.cel.library;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code '%s of %d'.format([…])}. Source: github.com/google/cel-go/ext, formatting of strings (version 2). */
final class StringFormat {
    private StringFormat() {}

    static void addTo(Functions functions) {
        functions.member(
                "format",
                SimpleType.STRING,
                List.of(SimpleType.STRING, ListType.create(SimpleType.DYN)),
                args -> format((String) args[0], (List<?>) args[1]));
    }

    private static String format(String text, List<?> values) {
        StringBuilder result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                result.append(c);
                continue;
            }
            if (++i == text.length()) {
                throw new IllegalArgumentException("unexpected end of string");
            }
            if (text.charAt(i) == '%') {
                result.append('%');
                continue;
            }
            int precision = -1;
            if (text.charAt(i) == '.') {
                int start = ++i;
                while (i < text.length() && Character.isDigit(text.charAt(i))) {
                    i++;
                }
                if (i == start || i == text.length() || i - start > 3) {
                    throw new IllegalArgumentException("error while parsing precision");
                }
                precision = Integer.parseInt(text.substring(start, i));
            }
            if (next == values.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            }
            result.append(clause(text.charAt(i), precision, values.get(next++)));
        }
        return result.toString();
    }

    private static String clause(char clause, int precision, Object value) {
        return switch (clause) {
            case 's' -> shown(value);
            case 'd' -> whole(value, "decimal", 10);
            case 'o' -> whole(value, "octal", 8);
            case 'b' -> value instanceof Boolean is ? (is ? "1" : "0") : whole(value, "binary", 2);
            case 'x' -> hex(value);
            case 'X' -> hex(value).toUpperCase(java.util.Locale.ROOT);
            case 'f' ->
                number(value)
                        .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                        .toPlainString();
            case 'e' ->
                String.format(java.util.Locale.ROOT, "%." + (precision < 0 ? 6 : precision) + "e", number(value));
            default ->
                throw new IllegalArgumentException(
                        "could not parse formatting clause: unrecognized formatting clause \"" + clause + "\"");
        };
    }

    private static String whole(Object value, String name, int radix) {
        if (value instanceof Long number) {
            return Long.toString(number, radix);
        }
        if (value instanceof UnsignedLong number) {
            return number.toString(radix);
        }
        throw new IllegalArgumentException("error during formatting: " + name + " clause can only be used on "
                + (radix == 2 ? "integers and bools" : "integers"));
    }

    private static String hex(Object value) {
        if (value instanceof String text) {
            return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        }
        if (value instanceof CelByteString bytes) {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }
        return whole(value, "hex", 16);
    }

    private static BigDecimal number(Object value) {
        if (value instanceof Double || value instanceof Long) {
            return new BigDecimal(value.toString());
        }
        throw new IllegalArgumentException(
                "error during formatting: fixed-point clause can only be used on doubles, integers, and unsigned"
                        + " integers");
    }

    private static String shown(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(StringFormat::shown).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, part) -> sorted.put(shown(key), shown(part)));
            return sorted.entrySet().stream()
                    .map(e -> e.getKey() + ": " + e.getValue())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof NullValue) {
            return "null";
        }
        if (value instanceof Double number) {
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString(number.longValue())
                    : number.toString();
        }
        if (value instanceof Duration duration) {
            return BigDecimal.valueOf(duration.getSeconds())
                            .add(BigDecimal.valueOf(duration.getNano(), 9))
                            .stripTrailingZeros()
                            .toPlainString()
                    + "s";
        }
        if (value instanceof CelByteString bytes) {
            return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
        }
        return value.toString();
    }
}
