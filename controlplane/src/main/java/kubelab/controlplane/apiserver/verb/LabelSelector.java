package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.validation.Names;
import org.jspecify.annotations.Nullable;

/**
 * A label selector in its text form: {@code app=web,tier!=db,env in (a,b),gpu,!old}.
 *
 * <p>Source: k8s.io/apimachinery/pkg/labels, Parse, release 1.34.
 */
final class LabelSelector {
    private record Requirement(String key, String operator, Set<String> values) {
        boolean matches(Map<String, String> labels) {
            @Nullable String value = labels.get(key);
            switch (operator) {
                case "in":
                    return value != null && values.contains(value);
                case "notin":
                    return value == null || !values.contains(value);
                case "exists":
                    return value != null;
                case "!":
                    return value == null;
                default:
                    return value != null && compare(value);
            }
        }

        private boolean compare(String value) {
            try {
                int order = Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
                return operator.equals(">") ? order > 0 : order < 0;
            } catch (NumberFormatException notANumber) {
                return false;
            }
        }
    }

    private final List<Requirement> requirements;

    private LabelSelector(List<Requirement> requirements) {
        this.requirements = requirements;
    }

    /** @throws ApiException BadRequest when it cannot be read */
    public static LabelSelector parse(String text) {
        return new LabelSelector(new Parser(text).parse());
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** Reads one requirement after the other; the empty word is the end of the text. */
    private static final class Parser {
        private static final String SPECIAL = "=!(),<>";
        private static final Set<String> SYMBOLS = Set.of(")", ",", "!", "==", "=", ">", "<", "!=", "(");

        private final List<String> words = new ArrayList<>();
        private int next;

        Parser(String text) {
            int at = 0;
            while (at < text.length()) {
                char c = text.charAt(at);
                int from = at;
                if (" \t\r\n".indexOf(c) >= 0) {
                    at++;
                    continue;
                }
                if (SPECIAL.indexOf(c) >= 0) {
                    at += at + 1 < text.length() && SYMBOLS.contains(text.substring(at, at + 2)) ? 2 : 1;
                } else {
                    while (at < text.length() && (SPECIAL + " \t\r\n").indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                }
                words.add(text.substring(from, at));
            }
            words.add("");
        }

        List<Requirement> parse() {
            List<Requirement> requirements = new ArrayList<>();
            while (!peek().isEmpty()) {
                if (!startsRequirement(peek())) {
                    throw ApiException.badRequest(
                            "found '" + peek() + "', expected: !, identifier, or 'end of string'");
                }
                requirements.add(requirement());
                String word = take();
                if (word.isEmpty()) {
                    break;
                }
                if (!word.equals(",")) {
                    throw ApiException.badRequest("found '" + word + "', expected: ',' or 'end of string'");
                }
                if (!startsRequirement(peek())) {
                    throw ApiException.badRequest("found '" + peek() + "', expected: identifier after ','");
                }
            }
            return requirements;
        }

        private Requirement requirement() {
            boolean absent = peek().equals("!");
            if (absent) {
                take();
            }
            String key = take();
            if (!isIdentifier(key)) {
                throw refused("found '" + key + "', expected: identifier");
            }
            List<String> wrong = Names.qualified(key);
            if (!wrong.isEmpty()) {
                throw refused("<nil>: Invalid value: " + GoText.quote(key) + ": " + String.join("; ", wrong));
            }
            if (absent) {
                return new Requirement(key, "!", Set.of());
            }
            if (peek().isEmpty() || peek().equals(",")) {
                return new Requirement(key, "exists", Set.of());
            }
            String operator = take();
            Set<String> values;
            switch (operator) {
                case "in", "notin" -> values = values();
                case "=", "==", "!=", ">", "<" -> values = Set.of(exactValue());
                default -> throw refused("found '" + operator + "', expected: in, notin, =, ==, !=, gt, lt");
            }
            checkValues(key, operator, values);
            String meaning = operator.equals("!=") ? "notin" : operator.endsWith("=") ? "in" : operator;
            return new Requirement(key, meaning, values);
        }

        private static void checkValues(String key, String operator, Set<String> values) {
            List<String> errors = new ArrayList<>();
            int index = 0;
            for (String value : values) {
                if (operator.matches("[<>]") && !value.matches("[+-]?[0-9]{1,18}")) {
                    errors.add("values[" + index + "]: Invalid value: " + GoText.quote(value)
                            + ": for 'Gt', 'Lt' operators, the value must be an integer");
                }
                List<String> wrong = Names.labelValue(value);
                if (!wrong.isEmpty()) {
                    errors.add("values[" + index + "][" + key + "]: Invalid value: " + GoText.quote(value) + ": "
                            + String.join("; ", wrong));
                }
                index++;
            }
            if (!errors.isEmpty()) {
                throw refused(errors.size() == 1 ? errors.get(0) : "[" + String.join(", ", errors) + "]");
            }
        }

        /** {@code (a,b)}; between two commas is the empty value. */
        private Set<String> values() {
            if (!peek().equals("(")) {
                throw refused("found '" + peek() + "' expected: '('");
            }
            take();
            Set<String> values = new TreeSet<>();
            if (peek().equals(")")) {
                take();
                values.add("");
                return values;
            }
            if (!isIdentifier(peek()) && !peek().equals(",")) {
                throw refused("found '" + peek() + "', expected: ',', ')' or identifier");
            }
            while (true) {
                String word = take();
                if (isIdentifier(word)) {
                    values.add(word);
                    if (peek().equals(")")) {
                        take();
                        return values;
                    }
                    if (!peek().equals(",")) {
                        throw refused("found '" + peek() + "', expected: ',' or ')'");
                    }
                } else if (word.equals(",")) {
                    if (values.isEmpty() || peek().equals(",")) {
                        values.add("");
                    }
                    if (peek().equals(")")) {
                        values.add("");
                        take();
                        return values;
                    }
                    if (peek().equals(",")) {
                        take();
                    }
                } else {
                    throw refused("found '" + word + "', expected: ',', or identifier");
                }
            }
        }

        private String exactValue() {
            if (peek().isEmpty() || peek().equals(",")) {
                return "";
            }
            String word = take();
            if (!isIdentifier(word)) {
                throw refused("found '" + word + "', expected: identifier");
            }
            return word;
        }

        private String peek() {
            return words.get(next);
        }

        /** The end is taken as often as it is asked for. */
        private String take() {
            String word = words.get(next);
            next = Math.min(next + 1, words.size() - 1);
            return word;
        }

        private static boolean startsRequirement(String word) {
            return isIdentifier(word) || word.equals("!");
        }

        private static boolean isIdentifier(String word) {
            return !word.isEmpty() && SPECIAL.indexOf(word.charAt(0)) < 0;
        }

        private static ApiException refused(String why) {
            return ApiException.badRequest("unable to parse requirement: " + why);
        }
    }
}
