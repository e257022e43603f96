package kubelab.containers.runtime.shell;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The characters of a script: blanks, operators, and words with their quotes and expansions. */
final class WordParser {
    private static final String OPERATORS = ";&|<>()\n";

    private final String source;
    private int position;
    private int line;

    WordParser(String source) {
        this(source, 1);
    }

    /** @param firstLine the number of the text's first line */
    WordParser(String source, int firstLine) {
        this.line = firstLine;
        this.source = source;
    }

    /** The end of a here-document. */
    record Delimiter(String text, boolean quoted) {}

    boolean atEnd() {
        return position >= source.length();
    }

    char peek() {
        return source.charAt(position);
    }

    int line() {
        return line;
    }

    boolean looking(String text) {
        return source.startsWith(text, position);
    }

    void advance(int count) {
        for (int i = 0; i < count && position < source.length(); i++) {
            if (source.charAt(position++) == '\n') {
                line++;
            }
        }
    }

    /** Skips spaces, joined lines and comments, but no line end. */
    void skipBlanks() {
        while (!atEnd()) {
            char c = peek();
            if (c == ' ' || c == '\t' || c == '\r') {
                position++;
            } else if (looking("\\\n")) {
                advance(2);
            } else if (c == '#') {
                int end = source.indexOf('\n', position);
                position = end < 0 ? source.length() : end;
            } else {
                return;
            }
        }
    }

    boolean atOperator() {
        return OPERATORS.indexOf(peek()) >= 0;
    }

    boolean atRedirection() {
        if (atEnd()) {
            return false;
        }
        int i = position;
        while (i < source.length() && Character.isDigit(source.charAt(i))) {
            i++;
        }
        return i < source.length() && (source.charAt(i) == '<' || source.charAt(i) == '>')
                || looking("&>") && i == position;
    }

    /** Digits right here; -1 when there are none. */
    int number() {
        int begin = position;
        while (!atEnd() && Character.isDigit(peek())) {
            position++;
        }
        return begin == position ? -1 : Integer.parseInt(source.substring(begin, position));
    }

    /** The unquoted word that starts here, without taking it; empty when a quote or expansion is in it. */
    String peekName() {
        int end = position;
        while (end < source.length()) {
            char c = source.charAt(end);
            if (c == ' ' || c == '\t' || OPERATORS.indexOf(c) >= 0) {
                break;
            }
            if ("'\"\\$`".indexOf(c) >= 0) {
                return "";
            }
            end++;
        }
        return source.substring(position, end);
    }

    /** The token here as ash's messages call it. */
    String token() {
        if (atEnd()) {
            return "end of file";
        }
        if (peek() == '\n') {
            return "newline";
        }
        for (String operator : List.of(";;", "&&", "||", ";", "&", "|", "(", ")")) {
            if (looking(operator)) {
                return "\"" + operator + "\"";
            }
        }
        if (atRedirection()) {
            return "redirection";
        }
        String name = peekName();
        return switch (name) {
            case "if",
                    "then",
                    "else",
                    "elif",
                    "fi",
                    "do",
                    "done",
                    "case",
                    "esac",
                    "while",
                    "until",
                    "for",
                    "{",
                    "}",
                    "!" -> "\"" + name + "\"";
            default -> "word";
        };
    }

    /** The name before {@code =} when an assignment starts here. */
    @Nullable
    String assignmentName() {
        int end = position;
        while (end < source.length() && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
            end++;
        }
        if (end == position || end >= source.length() || source.charAt(end) != '=' || Character.isDigit(peek())) {
            return null;
        }
        return source.substring(position, end);
    }

    /** The value of an assignment: may be empty. */
    Word value() throws SyntaxException {
        return atEnd() || peek() == ' ' || peek() == '\t' || atOperator() ? new Word(List.of()) : word();
    }

    Word word() throws SyntaxException {
        if (atEnd() || atOperator()) {
            throw new SyntaxException("syntax error: unexpected " + token(), atEnd(), line);
        }
        List<Word.Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (!atEnd()) {
            char c = peek();
            if (c == ' ' || c == '\t' || OPERATORS.indexOf(c) >= 0) {
                break;
            }
            unquoted(c, parts, text);
        }
        flush(parts, text, false);
        return new Word(parts);
    }

    /** One piece outside double quotes. */
    private void unquoted(char c, List<Word.Part> parts, StringBuilder text) throws SyntaxException {
        switch (c) {
            case '\'' -> {
                flush(parts, text, false);
                int end = source.indexOf('\'', position + 1);
                if (end < 0) {
                    throw new SyntaxException("syntax error: unterminated quoted string", true, line);
                }
                parts.add(new Word.Literal(source.substring(position + 1, end), true));
                advance(end + 1 - position);
            }
            case '"' -> {
                flush(parts, text, false);
                advance(1);
                inDoubleQuotes(parts, '"');
            }
            case '\\' -> {
                advance(1);
                if (atEnd()) {
                    text.append('\\');
                } else if (peek() == '\n') {
                    advance(1);
                } else {
                    flush(parts, text, false);
                    parts.add(new Word.Literal(String.valueOf(peek()), true));
                    advance(1);
                }
            }
            case '$' -> {
                if (looking("$'")) {
                    flush(parts, text, false);
                    parts.add(new Word.Literal(dollarQuoted(), true));
                } else {
                    dollar(parts, text, false);
                }
            }
            case '`' -> {
                flush(parts, text, false);
                parts.add(backquoted(false));
            }
            default -> {
                text.append(c);
                advance(1);
            }
        }
    }

    /** Up to and with the closing quote; {@code end} 0 reads to the end of the source (a here-document). */
    private void inDoubleQuotes(List<Word.Part> parts, char end) throws SyntaxException {
        StringBuilder text = new StringBuilder();
        int before = parts.size();
        while (true) {
            if (atEnd()) {
                if (end == 0) {
                    break;
                }
                throw new SyntaxException("syntax error: unterminated quoted string", true, line);
            }
            char c = peek();
            if (c == end && end != 0) {
                advance(1);
                break;
            }
            doubleQuoted(c, parts, text, end == 0);
        }
        if (text.length() > 0 || parts.size() == before) {
            parts.add(new Word.Literal(text.toString(), true));
        }
    }

    private void doubleQuoted(char c, List<Word.Part> parts, StringBuilder text, boolean hereDocument)
            throws SyntaxException {
        if (c == '\\' && position + 1 < source.length()) {
            char next = source.charAt(position + 1);
            if (next == '\n') {
                advance(2);
            } else if (next == '$' || next == '`' || next == '\\' || next == '"' && !hereDocument || next == '}') {
                if (next == '}') {
                    text.append('\\');
                }
                text.append(next);
                advance(2);
            } else {
                text.append('\\');
                advance(1);
            }
        } else if (c == '$') {
            dollar(parts, text, true);
        } else if (c == '`') {
            flush(parts, text, true);
            parts.add(backquoted(true));
        } else {
            text.append(c);
            advance(1);
        }
    }

    private void dollar(List<Word.Part> parts, StringBuilder text, boolean quoted) throws SyntaxException {
        int next = position + 1;
        char c = next < source.length() ? source.charAt(next) : ' ';
        if (c == '(') {
            flush(parts, text, quoted);
            if (looking("$((")) {
                int end = arithmeticEnd(position + 3);
                if (end >= 0) {
                    Word expression = quoted(source.substring(position + 3, end));
                    advance(end + 2 - position);
                    parts.add(new Word.Arithmetic(expression, quoted));
                    return;
                }
            }
            advance(2);
            String script = source.substring(position, scriptEnd());
            Node node = Parser.all(script, line);
            advance(script.length() + 1);
            parts.add(new Word.Command(node, quoted));
        } else if (c == '{') {
            flush(parts, text, quoted);
            advance(2);
            parts.add(braced(quoted));
        } else if (Character.isLetter(c) || c == '_') {
            flush(parts, text, quoted);
            int end = next;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
            parts.add(plain(source.substring(next, end), quoted));
            advance(end - position);
        } else if (Character.isDigit(c) || "@*#?$!-".indexOf(c) >= 0) {
            flush(parts, text, quoted);
            parts.add(plain(String.valueOf(c), quoted));
            advance(2);
        } else {
            text.append('$');
            advance(1);
        }
    }

    private static Word.Parameter plain(String name, boolean quoted) {
        return new Word.Parameter(name, "", new Word(List.of()), null, quoted);
    }

    /** After <code>${</code>. */
    private Word.Part braced(boolean quoted) throws SyntaxException {
        boolean length = looking("#") && !looking("#}") && !looking("#:") && !looking("#-");
        if (length) {
            advance(1);
        }
        int begin = position;
        if (!atEnd() && "@*#?$!-".indexOf(peek()) >= 0) {
            advance(1);
        } else {
            while (!atEnd() && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
                advance(1);
            }
        }
        String name = source.substring(begin, position);
        if (name.isEmpty()) {
            throw new SyntaxException("syntax error: bad substitution", atEnd(), line);
        }
        String operator = "";
        for (String candidate :
                List.of(":-", ":=", ":?", ":+", "##", "%%", "//", "-", "=", "?", "+", "#", "%", "/", ":")) {
            if (looking(candidate)) {
                operator = candidate;
                break;
            }
        }
        advance(operator.length());
        boolean two = operator.equals(":") || operator.startsWith("/");
        boolean pattern = operator.startsWith("#") || operator.startsWith("%") || operator.startsWith("/");
        Word argument = operator.isEmpty()
                ? new Word(List.of())
                : until(two ? (operator.equals(":") ? ':' : '/') : '}', quoted && !pattern);
        Word second = null;
        if (two && !atEnd() && peek() != '}') {
            advance(1);
            second = until('}', quoted);
        }
        if (atEnd()) {
            throw new SyntaxException("syntax error: missing '}'", true, line);
        }
        if (peek() != '}') {
            throw new SyntaxException("syntax error: bad substitution", false, line);
        }
        advance(1);
        return new Word.Parameter(name, length ? "length" : operator, argument, second, quoted);
    }

    /** A word inside braces, up to {@code end} or the closing brace, which stays. */
    private Word until(char end, boolean quoted) throws SyntaxException {
        List<Word.Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (!atEnd() && peek() != '}' && peek() != end) {
            char c = peek();
            if (quoted && c == '"') {
                flush(parts, text, true);
                advance(1);
                inDoubleQuotes(parts, '"');
            } else if (quoted) {
                if (looking("\\}")) {
                    text.append('}');
                    advance(2);
                } else {
                    doubleQuoted(c, parts, text, false);
                }
            } else {
                unquoted(c, parts, text);
            }
        }
        flush(parts, text, quoted);
        return new Word(parts);
    }

    private Word.Command backquoted(boolean quoted) throws SyntaxException {
        advance(1);
        StringBuilder script = new StringBuilder();
        while (true) {
            if (atEnd()) {
                throw new SyntaxException("syntax error: EOF in backquote substitution", true, line);
            }
            char c = peek();
            advance(1);
            if (c == '`') {
                break;
            }
            if (c == '\\' && !atEnd() && ("$`\\".indexOf(peek()) >= 0 || quoted && peek() == '"')) {
                c = peek();
                advance(1);
            }
            script.append(c);
        }
        return new Word.Command(Parser.all(script.toString(), line), quoted);
    }

    /** Where the expression of {@code $((} ends; -1 when this is a command in two pairs of parentheses. */
    private int arithmeticEnd(int from) {
        int depth = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                if (depth == 0) {
                    return source.startsWith("))", i) ? i : -1;
                }
                depth--;
            }
        }
        return -1;
    }

    /** Where the script of {@code $(} ends: its closing parenthesis, past quotes, comments and nested ones. */
    private int scriptEnd() throws SyntaxException {
        int depth = 0;
        int cases = 0;
        for (int i = position; i < source.length(); i++) {
            char c = source.charAt(i);
            boolean wordStart = i == position || " \t\n;|&(".indexOf(source.charAt(i - 1)) >= 0;
            if (wordStart && source.startsWith("case ", i)) {
                cases++;
            } else if (wordStart && source.startsWith("esac", i)) {
                cases = Math.max(0, cases - 1);
            }
            switch (c) {
                case '\\' -> i++;
                case '\'' -> {
                    i = source.indexOf('\'', i + 1);
                    if (i < 0) {
                        throw new SyntaxException("syntax error: unterminated quoted string", true, line);
                    }
                }
                case '"' -> i = doubleQuoteEnd(i + 1);
                case '#' -> {
                    if (wordStart) {
                        int end = source.indexOf('\n', i);
                        i = end < 0 ? source.length() : end;
                    }
                }
                case '(' -> depth++;
                case ')' -> {
                    if (depth > 0) {
                        depth--;
                    } else if (cases == 0) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        throw new SyntaxException("syntax error: unexpected end of file (expecting \")\")", true, line);
    }

    private int doubleQuoteEnd(int from) throws SyntaxException {
        int depth = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (source.startsWith("$(", i)) {
                depth++;
                i++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (c == '"' && depth == 0) {
                return i;
            } else if (c == '"') {
                i = doubleQuoteEnd(i + 1);
            }
        }
        throw new SyntaxException("syntax error: unterminated quoted string", true, line);
    }

    /** {@code $'…'} with its escapes. */
    private String dollarQuoted() throws SyntaxException {
        advance(2);
        StringBuilder raw = new StringBuilder();
        while (!atEnd() && peek() != '\'') {
            if (peek() == '\\' && position + 1 < source.length()) {
                if (source.charAt(position + 1) == '\'') {
                    advance(1);
                } else {
                    raw.append(peek());
                    advance(1);
                }
            }
            raw.append(peek());
            advance(1);
        }
        if (atEnd()) {
            throw new SyntaxException("syntax error: unterminated quoted string", true, line);
        }
        advance(1);
        return kubelab.containers.runtime.command.Escapes.expand(raw.toString(), false)
                .text();
    }

    private static void flush(List<Word.Part> parts, StringBuilder text, boolean quoted) {
        if (text.length() > 0) {
            parts.add(new Word.Literal(text.toString(), quoted));
            text.setLength(0);
        }
    }

    Delimiter delimiter() throws SyntaxException {
        int begin = position;
        Word word = word();
        String raw = source.substring(begin, position);
        StringBuilder text = new StringBuilder();
        boolean quoted = raw.indexOf('\'') >= 0 || raw.indexOf('"') >= 0 || raw.indexOf('\\') >= 0;
        for (Word.Part part : word.parts()) {
            text.append(part instanceof Word.Literal literal ? literal.text() : raw);
        }
        return new Delimiter(text.toString(), quoted);
    }

    private boolean cutOff;

    /** Whether the last here-document had no end. */
    boolean hereDocumentCutOff() {
        return cutOff;
    }

    /** Lines up to the one that is the delimiter. */
    String hereDocument(String end, boolean stripTabs) throws SyntaxException {
        StringBuilder text = new StringBuilder();
        while (!atEnd()) {
            int newline = source.indexOf('\n', position);
            String each = source.substring(position, newline < 0 ? source.length() : newline);
            advance(each.length() + (newline < 0 ? 0 : 1));
            String stripped = stripTabs ? each.replaceFirst("^\t+", "") : each;
            if (stripped.equals(end)) {
                cutOff = false;
                return text.toString();
            }
            text.append(stripped).append(newline < 0 ? "" : "\n");
        }
        cutOff = true;
        return text.toString();
    }

    /** Text in which only expansions count, as between double quotes. */
    static Word quoted(String text) throws SyntaxException {
        List<Word.Part> parts = new ArrayList<>();
        new WordParser(text).inDoubleQuotes(parts, (char) 0);
        return new Word(parts);
    }
}
