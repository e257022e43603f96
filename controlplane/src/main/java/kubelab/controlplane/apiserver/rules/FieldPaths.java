package kubelab.controlplane.apiserver.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.structural.Structural;
import org.jspecify.annotations.Nullable;

/** Paths such as {@code .spec.parts['a.b']}. Source: ValidFieldPath in apiextensions' schema/cel/validation.go (1.34). */
final class FieldPaths {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\['((?:[^'\\\\]|\\\\.)*)']");

    private FieldPaths() {}

    /** The path as refusals show it; null when it leads nowhere in the schema. */
    static @Nullable String normal(String path, Structural schema) {
        Matcher step = STEP.matcher(path);
        StringBuilder normal = new StringBuilder();
        Structural here = schema;
        int end = 0;
        while (end < path.length()) {
            if (!step.find(end) || step.start() != end) {
                return null;
            }
            String name = step.group(1) != null ? step.group(1) : step.group(2).replaceAll("\\\\(.)", "$1");
            Structural values = here.additional();
            if (!here.properties().isEmpty()) {
                Structural next = here.properties().get(name);
                if (next == null) {
                    return null;
                }
                normal.append(normal.isEmpty() ? "" : ".").append(name);
                here = next;
            } else if (values != null) {
                normal.append('[').append(name).append(']');
                here = values;
            } else {
                return null;
            }
            end = step.end();
        }
        return normal.toString();
    }
}
