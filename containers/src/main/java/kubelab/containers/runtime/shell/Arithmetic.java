package kubelab.containers.runtime.shell;

import java.util.function.BiConsumer;
import java.util.function.Function;

/** Integer expressions of {@code $((…))}: 64 bits, C's operators and precedence, assignments. */
final class Arithmetic {
    private static final String[][] BINARY = {
        {"||"},
        {"&&"},
        {"|"},
        {"^"},
        {"&"},
        {"==", "!="},
        {"<=", ">=", "<", ">"},
        {"<<", ">>"},
        {"+", "-"},
        {"*", "/", "%"}
    };
    private static final String[] ASSIGN = {"<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};

    private final String text;
    private final Function<String, String> get;
    private final BiConsumer<String, String> set;
    private int position;
    private int skipping;

    private Arithmetic(String text, Function<String, String> get, BiConsumer<String, String> set) {
        this.text = text;
        this.get = get;
        this.set = set;
    }

    /** @param get gives an empty text for what is not set */
    static long evaluate(String text, Function<String, String> get, BiConsumer<String, String> set) {
        Arithmetic parser = new Arithmetic(text, get, set);
        parser.blanks();
        if (parser.position == text.length()) {
            return 0;
        }
        long value = parser.comma();
        if (parser.position < text.length()) {
            throw error();
        }
        return value;
    }

    private static ShellError error() {
        return new ShellError("arithmetic syntax error", 2);
    }

    private long comma() {
        long value = assignment();
        while (take(",")) {
            value = assignment();
        }
        return value;
    }

    private long assignment() {
        int start = position;
        String name = name();
        if (!name.isEmpty()) {
            blanks();
            if (text.startsWith("=", position) && !text.startsWith("==", position)) {
                take("=");
                return assign(name, assignment());
            }
            for (String operator : ASSIGN) {
                if (take(operator)) {
                    String binary = operator.substring(0, operator.length() - 1);
                    return assign(name, apply(binary, variable(name), assignment()));
                }
            }
        }
        position = start;
        return ternary();
    }

    private long assign(String name, long value) {
        if (skipping == 0) {
            set.accept(name, Long.toString(value));
        }
        return value;
    }

    private long ternary() {
        long condition = binary(0);
        if (!take("?")) {
            return condition;
        }
        long yes = unless(condition == 0, this::comma);
        if (!take(":")) {
            throw error();
        }
        long no = unless(condition != 0, this::assignment);
        return condition != 0 ? yes : no;
    }

    /** Parses what is not to be evaluated without its assignments and divisions. */
    private long unless(boolean skip, java.util.function.LongSupplier part) {
        skipping += skip ? 1 : 0;
        try {
            return part.getAsLong();
        } finally {
            skipping -= skip ? 1 : 0;
        }
    }

    private long binary(int level) {
        if (level == BINARY.length) {
            return unary();
        }
        long left = binary(level + 1);
        while (true) {
            String operator = operator(level);
            if (operator.isEmpty()) {
                return left;
            }
            position += operator.length();
            long before = left;
            if (operator.equals("||") || operator.equals("&&")) {
                boolean decided = operator.equals("||") == (before != 0);
                long right = unless(decided, () -> binary(level + 1));
                left = operator.equals("||") ? bool(before != 0 || right != 0) : bool(before != 0 && right != 0);
            } else {
                left = apply(operator, before, binary(level + 1));
            }
        }
    }

    private String operator(int level) {
        blanks();
        for (String operator : BINARY[level]) {
            if (!text.startsWith(operator, position)) {
                continue;
            }
            String next = text.substring(Math.min(text.length(), position + operator.length()));
            boolean longer = operator.length() == 1
                    && (next.startsWith("=") && !operator.equals("<") && !operator.equals(">")
                            || (operator.equals("|")
                                            || operator.equals("&")
                                            || operator.equals("<")
                                            || operator.equals(">"))
                                    && next.startsWith(operator));
            if (!longer) {
                return operator;
            }
        }
        return "";
    }

    private long unary() {
        blanks();
        if (take("++")) {
            String name = requireName();
            return assign(name, variable(name) + 1);
        }
        if (take("--")) {
            String name = requireName();
            return assign(name, variable(name) - 1);
        }
        if (take("!")) {
            return bool(unary() == 0);
        }
        if (take("~")) {
            return ~unary();
        }
        if (take("-")) {
            return -unary();
        }
        if (take("+")) {
            return unary();
        }
        return power();
    }

    private long power() {
        long base = primary();
        if (take("**")) {
            long exponent = unary();
            long value = 1;
            for (long i = 0; i < exponent; i++) {
                value *= base;
            }
            return value;
        }
        return base;
    }

    private long primary() {
        blanks();
        if (take("(")) {
            long value = comma();
            if (!take(")")) {
                throw error();
            }
            return value;
        }
        if (position < text.length() && Character.isDigit(text.charAt(position))) {
            int begin = position;
            while (position < text.length()
                    && (Character.isLetterOrDigit(text.charAt(position)) || text.charAt(position) == '#')) {
                position++;
            }
            return number(text.substring(begin, position));
        }
        String name = requireName();
        long value = variable(name);
        if (take("++")) {
            assign(name, value + 1);
        } else if (take("--")) {
            assign(name, value - 1);
        }
        return value;
    }

    private String requireName() {
        String name = name();
        if (name.isEmpty()) {
            throw error();
        }
        return name;
    }

    private String name() {
        blanks();
        int begin = position;
        while (position < text.length()
                && (text.charAt(position) == '_' || Character.isLetterOrDigit(text.charAt(position)))) {
            if (position == begin && Character.isDigit(text.charAt(position))) {
                break;
            }
            position++;
        }
        return text.substring(begin, position);
    }

    private long variable(String name) {
        String value = get.apply(name).trim();
        if (value.isEmpty()) {
            return 0;
        }
        return evaluate(value, get, set);
    }

    private static long number(String digits) {
        try {
            int base = digits.indexOf('#');
            if (base > 0) {
                return Long.parseLong(digits.substring(base + 1), Integer.parseInt(digits.substring(0, base)));
            }
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                return Long.parseUnsignedLong(digits.substring(2), 16);
            }
            return digits.length() > 1 && digits.startsWith("0") ? Long.parseLong(digits, 8) : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw error();
        }
    }

    private long apply(String operator, long left, long right) {
        return switch (operator) {
            case "|" -> left | right;
            case "^" -> left ^ right;
            case "&" -> left & right;
            case "==" -> bool(left == right);
            case "!=" -> bool(left != right);
            case "<=" -> bool(left <= right);
            case ">=" -> bool(left >= right);
            case "<" -> bool(left < right);
            case ">" -> bool(left > right);
            case "<<" -> left << right;
            case ">>" -> left >> right;
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            default -> divide(operator, left, right);
        };
    }

    private long divide(String operator, long left, long right) {
        if (right == 0) {
            if (skipping > 0) {
                return 0;
            }
            throw new ShellError("divide by zero", 2);
        }
        return operator.equals("/") ? left / right : left % right;
    }

    private static long bool(boolean value) {
        return value ? 1 : 0;
    }

    private boolean take(String token) {
        blanks();
        if (!text.startsWith(token, position)) {
            return false;
        }
        position += token.length();
        return true;
    }

    private void blanks() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }
}
