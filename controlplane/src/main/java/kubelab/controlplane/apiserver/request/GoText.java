package kubelab.controlplane.apiserver.request;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Texts that Go's libraries put into messages. Source: strconv.Quote and encoding/json of Go 1.24. */
public final class GoText {
    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\"\\";
    private static final String LETTERS = "abfnrtv\"\\";

    private GoText() {}

    /** A text in double quotes; what cannot be printed is escaped. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            int known = ESCAPED.indexOf(c);
            if (known >= 0) {
                quoted.append('\\').append(LETTERS.charAt(known));
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", c));
            } else if (Character.isISOControl(c) || !Character.isDefined(c)) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    /** A whole number as strconv.ParseInt reads it. @throws ApiException BadRequest */
    public static long parseInt(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            boolean digits = text.matches("[+-]?[0-9]+");
            throw ApiException.badRequest("strconv.ParseInt: parsing " + quote(text)
                    + (digits ? ": value out of range" : ": invalid syntax"));
        }
    }

    /**
     * Why a body is no JSON. Simplified: of the faults inside a document, only an early end and a wrong first
     * character are reported in upstream's words.
     */
    public static String jsonError(byte[] body, JacksonException malformed) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String message = malformed.getOriginalMessage();
        if (text.isEmpty() || message.startsWith("Unexpected end-of-input") || message.startsWith("No content")) {
            return "unexpected end of JSON input";
        }
        int first = text.codePointAt(0);
        return "{[\"-0123456789tfn".indexOf(first) < 0
                ? "invalid character '" + Character.toString(first) + "' looking for beginning of value"
                : message;
    }

    /** What encoding/json calls a value. */
    public static String jsonType(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "number" : "number " + value;
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    /** The Go type that a value has where no type is known. */
    public static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
            case ARRAY -> "[]interface {}";
            case OBJECT -> "map[string]interface {}";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }
}
