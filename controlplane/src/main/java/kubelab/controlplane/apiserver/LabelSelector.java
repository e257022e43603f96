package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A label selector in its text form: {@code app=web,tier!=db,env in (a,b),gpu,!old}.
 *
 * <p>Source: k8s.io/apimachinery/pkg/labels, Parse, release 1.34.
 */
public final class LabelSelector {
    private static final Pattern SET =
            Pattern.compile("^([^\\s,!=()<>]+)\\s+(in|notin)\\s*\\(([^)]*)\\)$", Pattern.DOTALL);
    private static final Pattern EQUALITY = Pattern.compile("^([^\\s,!=()<>]+)\\s*(==|=|!=|>|<)\\s*([^\\s,!=()]*)$");
    private static final Pattern EXISTS = Pattern.compile("^(!?)\\s*([^\\s,!=()<>]+)$");

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
        List<Requirement> requirements = new ArrayList<>();
        for (String part : split(text)) {
            Matcher set = SET.matcher(part);
            Matcher equality = EQUALITY.matcher(part);
            Matcher exists = EXISTS.matcher(part);
            if (set.matches()) {
                Set<String> values = new java.util.HashSet<>();
                for (String value : set.group(3).split(",", -1)) {
                    values.add(value.strip());
                }
                requirements.add(new Requirement(set.group(1), set.group(2), values));
            } else if (equality.matches()) {
                String operator = equality.group(2);
                String meaning = operator.equals("!=") ? "notin" : operator.endsWith("=") ? "in" : operator;
                requirements.add(new Requirement(equality.group(1), meaning, Set.of(equality.group(3))));
            } else if (exists.matches()) {
                requirements.add(
                        new Requirement(exists.group(2), exists.group(1).isEmpty() ? "exists" : "!", Set.of()));
            } else {
                throw ApiException.badRequest(
                        "unable to parse requirement: found '" + part + "', expected: '=', '!=', '==', 'in', notin'");
            }
        }
        return new LabelSelector(requirements);
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

    /** Splits at commas outside parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && (depth == 0 || i == text.length())) {
                String part = text.substring(start, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            }
        }
        return parts;
    }
}
