package kubelab.containers.runtime.command;

/** POSIX regular expressions as Java's. */
final class Regex {
    private Regex() {}

    /** Basic: groups, alternatives and counts need a backslash. */
    static String basic(String pattern) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '\\' -> {
                    if (i + 1 < pattern.length()) {
                        i = escaped(pattern, i + 1, out);
                    } else {
                        out.append("\\\\");
                    }
                }
                case '[' -> i = bracket(pattern, i, out);
                case '(', ')', '{', '}', '+', '?', '|' -> out.append('\\').append(c);
                case '*' -> {
                    boolean first = out.length() == 0
                            || out.toString().endsWith("(")
                            || out.toString().equals("^");
                    out.append(first ? "\\*" : "*");
                }
                case '^' ->
                    out.append(
                            i == 0
                                            || out.toString().endsWith("(")
                                            || out.toString().endsWith("|")
                                    ? "^"
                                    : "\\^");
                case '$' -> {
                    boolean end = i == pattern.length() - 1
                            || pattern.startsWith("\\)", i + 1)
                            || pattern.startsWith("\\|", i + 1);
                    out.append(end ? "$" : "\\$");
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static int escaped(String pattern, int i, StringBuilder out) {
        char c = pattern.charAt(i);
        switch (c) {
            case '(', ')', '{', '}', '+', '?', '|' -> out.append(c);
            case '<', '>' -> out.append("\\b");
            case 'n' -> out.append("\\n");
            case 't' -> out.append("\\t");
            case 'w', 'W', 's', 'S', 'b', 'B' -> out.append('\\').append(c);
            default -> {
                if (Character.isDigit(c)) {
                    out.append('\\').append(c);
                } else {
                    out.append(Character.isLetter(c) ? "" : "\\").append(c);
                }
            }
        }
        return i;
    }

    static String extended(String pattern) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                char next = pattern.charAt(++i);
                if (next == '<' || next == '>') {
                    out.append("\\b");
                } else if (Character.isLetter(next) && "wWsSbBnt".indexOf(next) < 0) {
                    out.append(next);
                } else {
                    out.append('\\').append(next);
                }
            } else if (c == '[') {
                i = bracket(pattern, i, out);
            } else if (c == '{' && !(i + 1 < pattern.length() && Character.isDigit(pattern.charAt(i + 1)))) {
                out.append("\\{");
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** @return the index of the closing bracket */
    private static int bracket(String pattern, int open, StringBuilder out) {
        int i = open + 1;
        StringBuilder set = new StringBuilder("[");
        if (i < pattern.length() && pattern.charAt(i) == '^') {
            set.append('^');
            i++;
        }
        boolean first = true;
        for (; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == ']' && !first) {
                out.append(set).append(']');
                return i;
            }
            first = false;
            if (pattern.startsWith("[:", i)) {
                int end = pattern.indexOf(":]", i);
                if (end > 0) {
                    set.append("\\p{")
                            .append(javaClass(pattern.substring(i + 2, end)))
                            .append('}');
                    i = end + 1;
                    continue;
                }
            }
            if (c == '[' || c == ']' || c == '\\' || c == '&' || c == '^') {
                set.append('\\');
            }
            set.append(c);
        }
        out.append("\\[");
        return open;
    }

    private static String javaClass(String name) {
        return switch (name) {
            case "alpha" -> "Alpha";
            case "digit" -> "Digit";
            case "alnum" -> "Alnum";
            case "upper" -> "Upper";
            case "lower" -> "Lower";
            case "space" -> "Space";
            case "blank" -> "Blank";
            case "punct" -> "Punct";
            case "xdigit" -> "XDigit";
            case "print" -> "Print";
            case "graph" -> "Graph";
            default -> "Cntrl";
        };
    }
}
