package kubelab.controlplane.kubelet;

import java.util.Map;

/**
 * {@code $(NAME)} in commands, arguments and variables.
 *
 * <p>Source: k8s.io/kubernetes/third_party/forked/golang/expansion, release 1.34.
 */
final class Expansion {
    private Expansion() {}

    /** Replaces references to known variables; unknown ones stay as they are, {@code $$} becomes {@code $}. */
    static String expand(String text, Map<String, String> variables) {
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
                i++;
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i + 2) : -1;
            if (next == '$') {
                out.append('$');
                i += 2;
            } else if (end > 0) {
                String value = variables.get(text.substring(i + 2, end));
                out.append(value == null ? text.substring(i, end + 1) : value);
                i = end + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }
}
