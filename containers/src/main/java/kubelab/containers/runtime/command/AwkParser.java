package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An awk program's text as closures. */
final class AwkParser {
    private static final Pattern TOKEN =
            Pattern.compile("\\G[ \t]*(?:#[^\n]*)?(?:\\\\\n[ \t]*)*(\n|\"(?:[^\"\\\\]|\\\\.)*\"|\\d+(?:\\.\\d*)?"
                    + "|\\.\\d+|[A-Za-z_]\\w*|\\+\\+|--|\\+=|-=|\\*=|/=|%=|==|!=|<=|>=|&&|\\|\\||!~|.|$)");

    private final Awk awk;
    private final String source;
    private String token = "";
    private int position;

    AwkParser(Awk awk, String source) {
        this.awk = awk;
        this.source = source;
        next();
    }

    interface Value {
        String get() throws IOException;
    }

    interface Action {
        void run() throws IOException;
    }

    /** Something that can be assigned to. */
    private interface Place extends Value {
        void set(String value) throws IOException;
    }

    /** @param kind {@code BEGIN}, {@code END} or empty */
    record Rule(String kind, Value pattern, Action body) {
        boolean matches() throws IOException {
            return truth(pattern.get());
        }
    }

    List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        separators();
        while (!token.isEmpty()) {
            String kind = "";
            Value pattern = () -> "1";
            if (token.equals("BEGIN") || token.equals("END")) {
                kind = token;
                next();
            } else if (!token.equals("{")) {
                pattern = expression();
            }
            Action body = token.equals("{") ? block() : () -> awk.print(awk.field(0) + awk.get("ORS"));
            rules.add(new Rule(kind, pattern, body));
            separators();
        }
        return rules;
    }

    private Action block() {
        expect("{");
        List<Action> actions = new ArrayList<>();
        separators();
        while (!token.equals("}")) {
            actions.add(statement());
            separators();
        }
        expect("}");
        return () -> {
            for (Action action : actions) {
                action.run();
            }
        };
    }

    private Action statement() {
        switch (token) {
            case "{" -> {
                return block();
            }
            case "if" -> {
                next();
                Value condition = parenthesised();
                lines();
                Action then = statement();
                int before = position;
                String at = token;
                separators();
                if (!token.equals("else")) {
                    position = before;
                    token = at;
                    return () -> {
                        if (truth(condition.get())) {
                            then.run();
                        }
                    };
                }
                next();
                lines();
                Action otherwise = statement();
                return () -> {
                    if (truth(condition.get())) {
                        then.run();
                    } else {
                        otherwise.run();
                    }
                };
            }
            case "while" -> {
                next();
                Value condition = parenthesised();
                lines();
                return loop(() -> {}, condition, () -> {}, statement());
            }
            case "for" -> {
                return forStatement();
            }
            case "next", "break", "continue" -> {
                String how = token;
                next();
                return () -> {
                    throw new Awk.Leave(how, 0);
                };
            }
            case "exit" -> {
                next();
                Value code = ends() ? () -> "0" : expression();
                return () -> {
                    throw new Awk.Leave("exit", (int) Awk.number(code.get()));
                };
            }
            case "print", "printf" -> {
                return print();
            }
            case "delete" -> {
                next();
                String name = token;
                next();
                if (!token.equals("[")) {
                    return () -> awk.array(name).clear();
                }
                Value key = subscript();
                return () -> awk.array(name).remove(key.get());
            }
            default -> {
                Value value = expression();
                return value::get;
            }
        }
    }

    private Action forStatement() {
        next();
        expect("(");
        int before = position;
        String at = token;
        String name = token;
        next();
        if (token.equals("in")) {
            next();
            String array = token;
            next();
            expect(")");
            lines();
            Action body = statement();
            return () -> {
                for (String key : List.copyOf(awk.array(array).keySet())) {
                    awk.set(name, key);
                    if (!once(body)) {
                        break;
                    }
                }
            };
        }
        position = before;
        token = at;
        Value first = token.equals(";") ? () -> "" : expression();
        expect(";");
        Value condition = token.equals(";") ? () -> "1" : expression();
        expect(";");
        Value step = token.equals(")") ? () -> "" : expression();
        expect(")");
        lines();
        return loop(first::get, condition, step::get, statement());
    }

    private static Action loop(Action first, Value condition, Action step, Action body) {
        return () -> {
            first.run();
            while (truth(condition.get()) && once(body)) {
                step.run();
            }
        };
    }

    /** @return false after break */
    private static boolean once(Action body) throws IOException {
        try {
            body.run();
            return true;
        } catch (Awk.Leave leave) {
            if (leave.how().equals("continue")) {
                return true;
            }
            if (leave.how().equals("break")) {
                return false;
            }
            throw leave;
        }
    }

    private Action print() {
        boolean formatted = token.equals("printf");
        next();
        List<Value> values = new ArrayList<>();
        if (!ends()) {
            values.add(expression());
            while (token.equals(",")) {
                next();
                values.add(expression());
            }
        }
        return () -> {
            List<String> texts = new ArrayList<>();
            for (Value value : values) {
                texts.add(value.get());
            }
            if (formatted) {
                awk.print(awk.format(texts));
            } else {
                awk.print((texts.isEmpty() ? awk.field(0) : String.join(awk.get("OFS"), texts)) + awk.get("ORS"));
            }
        };
    }

    private Value parenthesised() {
        expect("(");
        Value value = expression();
        expect(")");
        return value;
    }

    private Value expression() {
        Value left = ternary();
        if (left instanceof Place place && (token.equals("=") || token.matches("[-+*/%]="))) {
            String operator = token;
            next();
            Value right = expression();
            return () -> {
                String value = operator.equals("=")
                        ? right.get()
                        : Awk.text(calculate(operator.charAt(0), Awk.number(place.get()), Awk.number(right.get())));
                place.set(value);
                return value;
            };
        }
        return left;
    }

    private Value ternary() {
        Value condition = or();
        if (!token.equals("?")) {
            return condition;
        }
        next();
        Value yes = ternary();
        expect(":");
        Value no = ternary();
        return () -> truth(condition.get()) ? yes.get() : no.get();
    }

    private Value or() {
        Value left = and();
        while (token.equals("||")) {
            next();
            Value one = left;
            Value two = and();
            left = () -> bool(truth(one.get()) || truth(two.get()));
        }
        return left;
    }

    private Value and() {
        Value left = comparison();
        while (token.equals("&&")) {
            next();
            Value one = left;
            Value two = comparison();
            left = () -> bool(truth(one.get()) && truth(two.get()));
        }
        return left;
    }

    private Value comparison() {
        Value left = concatenation();
        if (token.equals("in")) {
            next();
            String array = token;
            next();
            return () -> bool(awk.array(array).containsKey(left.get()));
        }
        if (token.equals("~") || token.equals("!~")) {
            boolean wanted = token.equals("~");
            next();
            Value pattern = regexOr(this::concatenation);
            return () -> bool(Pattern.compile(Regex.extended(pattern.get()))
                            .matcher(left.get())
                            .find()
                    == wanted);
        }
        if (!List.of("<", "<=", ">", ">=", "==", "!=").contains(token)) {
            return left;
        }
        String operator = token;
        next();
        Value right = concatenation();
        return () -> {
            String one = left.get();
            String two = right.get();
            boolean numbers = (Awk.looksNumeric(one) || one.isEmpty())
                    && (Awk.looksNumeric(two) || two.isEmpty())
                    && !(one.isEmpty() && two.isEmpty());
            int order = numbers ? Double.compare(Awk.number(one), Awk.number(two)) : one.compareTo(two);
            return bool(
                    switch (operator) {
                        case "<" -> order < 0;
                        case "<=" -> order <= 0;
                        case ">" -> order > 0;
                        case ">=" -> order >= 0;
                        case "==" -> order == 0;
                        default -> order != 0;
                    });
        };
    }

    private Value concatenation() {
        Value left = sum();
        while (token.matches("[A-Za-z_]\\w*|\\d.*|\\..+|\".*|\\$|\\(|!|-")
                && !token.equals("in")
                && !token.equals("-")) {
            Value one = left;
            Value two = sum();
            left = () -> one.get() + two.get();
        }
        return left;
    }

    private Value sum() {
        Value left = product();
        while (token.equals("+") || token.equals("-")) {
            left = arithmetic(left, this::product);
        }
        return left;
    }

    private Value product() {
        Value left = unary();
        while (token.equals("*") || token.equals("/") || token.equals("%") || token.equals("^")) {
            left = arithmetic(left, this::unary);
        }
        return left;
    }

    private Value arithmetic(Value one, java.util.function.Supplier<Value> operand) {
        char operator = token.charAt(0);
        next();
        Value two = operand.get();
        return () -> Awk.text(calculate(operator, Awk.number(one.get()), Awk.number(two.get())));
    }

    private static double calculate(char operator, double one, double two) {
        return switch (operator) {
            case '+' -> one + two;
            case '-' -> one - two;
            case '*' -> one * two;
            case '/' -> one / two;
            case '%' -> one % two;
            default -> Math.pow(one, two);
        };
    }

    private Value unary() {
        switch (token) {
            case "!" -> {
                next();
                Value value = unary();
                return () -> bool(!truth(value.get()));
            }
            case "-" -> {
                next();
                Value value = unary();
                return () -> Awk.text(-Awk.number(value.get()));
            }
            case "+" -> {
                next();
                return unary();
            }
            case "++", "--" -> {
                int delta = token.equals("++") ? 1 : -1;
                next();
                Place place = (Place) primary();
                return () -> {
                    place.set(Awk.text(Awk.number(place.get()) + delta));
                    return place.get();
                };
            }
            default -> {
                Value value = primary();
                if (value instanceof Place place && (token.equals("++") || token.equals("--"))) {
                    int delta = token.equals("++") ? 1 : -1;
                    next();
                    return () -> {
                        String before = Awk.text(Awk.number(place.get()));
                        place.set(Awk.text(Awk.number(before) + delta));
                        return before;
                    };
                }
                return value;
            }
        }
    }

    private Value regexOr(java.util.function.Supplier<Value> otherwise) {
        if (!token.equals("/")) {
            return otherwise.get();
        }
        int end = position;
        while (end < source.length() && source.charAt(end) != '/') {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new IllegalArgumentException("Unexpected token");
        }
        String pattern = source.substring(position, end).replace("\\/", "/");
        position = end + 1;
        next();
        return () -> pattern;
    }

    private Value primary() {
        String word = token;
        if (word.equals("/")) {
            Value pattern = regexOr(() -> () -> "");
            return () -> bool(Pattern.compile(Regex.extended(pattern.get()))
                    .matcher(awk.field(0))
                    .find());
        }
        if (word.isEmpty() || ")]},;\n".contains(word)) {
            throw new IllegalArgumentException("Unexpected token");
        }
        next();
        if (word.equals("(")) {
            Value value = expression();
            expect(")");
            return () -> value.get();
        }
        if (word.equals("$")) {
            Value index = unary();
            return place(
                    () -> awk.field((int) Awk.number(index.get())),
                    value -> awk.field((int) Awk.number(index.get()), value));
        }
        if (word.startsWith("\"")) {
            String text =
                    Escapes.expand(word.substring(1, word.length() - 1), false).text();
            return () -> text;
        }
        if (Character.isDigit(word.charAt(0)) || word.charAt(0) == '.') {
            String number = Awk.text(Double.parseDouble(word));
            return () -> number;
        }
        if (token.equals("[")) {
            Value key = subscript();
            return place(() -> awk.array(word).getOrDefault(key.get(), ""), value -> awk.array(word)
                    .put(key.get(), value));
        }
        if (token.equals("(") || word.equals("length")) {
            return call(word);
        }
        return place(() -> awk.get(word), value -> awk.set(word, value));
    }

    private interface Store {
        void set(String value) throws IOException;
    }

    private static Place place(Value get, Store set) {
        return new Place() {
            @Override
            public String get() throws IOException {
                return get.get();
            }

            @Override
            public void set(String value) throws IOException {
                set.set(value);
            }
        };
    }

    private Value subscript() {
        expect("[");
        Value key = expression();
        while (token.equals(",")) {
            next();
            Value one = key;
            Value two = expression();
            key = () -> one.get() + awk.get("SUBSEP") + two.get();
        }
        expect("]");
        return key;
    }

    private Value call(String name) {
        List<Value> values = new ArrayList<>();
        String array = "";
        Value target = null;
        if (token.equals("(")) {
            next();
            while (!token.equals(")")) {
                if (name.equals("split") && values.size() == 1) {
                    array = token;
                }
                Value value = regexOr(this::expression);
                target = values.size() == 2 ? value : target;
                values.add(value);
                if (token.equals(",")) {
                    next();
                }
            }
            expect(")");
        }
        String into = array;
        Place changed = target instanceof Place given ? given : place(() -> awk.field(0), value -> awk.field(0, value));
        return () -> apply(name, values, into, changed);
    }

    private String apply(String name, List<Value> values, String array, Place target) throws IOException {
        String first = values.isEmpty() ? awk.field(0) : values.get(0).get();
        switch (name) {
            case "length" -> {
                return Integer.toString(first.length());
            }
            case "toupper" -> {
                return first.toUpperCase(Locale.ROOT);
            }
            case "tolower" -> {
                return first.toLowerCase(Locale.ROOT);
            }
            case "int" -> {
                return Awk.text((long) Awk.number(first));
            }
            case "sqrt" -> {
                return Awk.text(Math.sqrt(Awk.number(first)));
            }
            case "index" -> {
                return Integer.toString(first.indexOf(values.get(1).get()) + 1);
            }
            case "substr" -> {
                int begin = Math.max(1, (int) Awk.number(values.get(1).get()));
                int end = values.size() > 2
                        ? begin + (int) Awk.number(values.get(2).get())
                        : first.length() + 1;
                return begin > first.length()
                        ? ""
                        : first.substring(begin - 1, Math.max(begin - 1, Math.min(first.length(), end - 1)));
            }
            case "sprintf" -> {
                List<String> texts = new ArrayList<>();
                for (Value value : values) {
                    texts.add(value.get());
                }
                return awk.format(texts);
            }
            case "split" -> {
                List<String> pieces =
                        Awk.pieces(first, values.size() > 2 ? values.get(2).get() : awk.get("FS"));
                Map<String, String> into = awk.array(array);
                into.clear();
                for (int i = 0; i < pieces.size(); i++) {
                    into.put(Integer.toString(i + 1), pieces.get(i));
                }
                return Integer.toString(pieces.size());
            }
            case "match" -> {
                Matcher matcher =
                        Pattern.compile(Regex.extended(values.get(1).get())).matcher(first);
                boolean found = matcher.find();
                awk.set("RSTART", Integer.toString(found ? matcher.start() + 1 : 0));
                awk.set("RLENGTH", Integer.toString(found ? matcher.end() - matcher.start() : -1));
                return awk.get("RSTART");
            }
            case "sub", "gsub" -> {
                Matcher matcher = Pattern.compile(Regex.extended(first)).matcher(target.get());
                String by = Matcher.quoteReplacement(values.get(1).get()).replace("&", "$0");
                int count = (int) matcher.results().count();
                target.set(name.equals("sub") ? matcher.replaceFirst(by) : matcher.replaceAll(by));
                return Integer.toString(name.equals("sub") ? Math.min(1, count) : count);
            }
            default -> throw new IllegalArgumentException("Call to undefined function");
        }
    }

    private static boolean truth(String value) {
        return !value.isEmpty() && !(Awk.looksNumeric(value) && Awk.number(value) == 0);
    }

    private static String bool(boolean value) {
        return value ? "1" : "0";
    }

    private boolean ends() {
        return token.isEmpty() || token.equals(";") || token.equals("\n") || token.equals("}");
    }

    private void separators() {
        while (token.equals(";") || token.equals("\n")) {
            next();
        }
    }

    private void lines() {
        while (token.equals("\n")) {
            next();
        }
    }

    private void expect(String wanted) {
        if (!token.equals(wanted)) {
            throw new IllegalArgumentException("Unexpected token");
        }
        next();
    }

    private void next() {
        Matcher matcher = TOKEN.matcher(source);
        if (position >= source.length() || !matcher.find(position)) {
            token = "";
            position = source.length();
            return;
        }
        token = matcher.group(1);
        position = matcher.end();
    }
}
