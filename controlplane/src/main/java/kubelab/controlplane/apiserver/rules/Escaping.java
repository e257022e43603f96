package kubelab.controlplane.apiserver.rules;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of fields as expressions have them. Source: k8s.io/apiserver/pkg/cel/escaping.go (1.34). */
final class Escaping {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z_./-][A-Za-z0-9_./-]*");
    private static final Pattern SPECIAL = Pattern.compile("__|[./-]");

    private Escaping() {}

    /** @return null when no expression can name the field */
    static @Nullable String escape(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        if (!ALLOWED.matcher(name).matches()) {
            return null;
        }
        return SPECIAL.matcher(name)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group()) {
                            case "." -> "__dot__";
                            case "-" -> "__dash__";
                            case "/" -> "__slash__";
                            default -> "__underscores__";
                        }));
    }
}
