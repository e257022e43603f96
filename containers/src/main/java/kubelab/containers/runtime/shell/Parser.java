package kubelab.containers.runtime.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a script one complete command at a time, so that what comes before a mistake still runs, as in ash. Commands are
 * parsed here; the inside of words is {@link WordParser}'s.
 */
final class Parser {
    private static final Set<String> RESERVED = Set.of(
            "if",
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
            "!",
            "in",
            "function");
    private static final Set<String> CLOSING = Set.of("then", "else", "elif", "fi", "do", "done", "esac", "}");

    private final WordParser words;
    private final List<Pending> hereDocuments = new ArrayList<>();

    private record Pending(List<Node.Redirection> into, int index, String end, boolean literal, boolean stripTabs) {}

    Parser(String source) {
        this(source, 1);
    }

    /** @param firstLine the number of the text's first line in what it is a part of */
    Parser(String source, int firstLine) {
        this.words = new WordParser(source, firstLine);
    }

    static boolean isReserved(String word) {
        return RESERVED.contains(word);
    }

    /** The next complete command; null at the end. */
    @Nullable
    Node next() throws SyntaxException {
        skipNewlines();
        if (words.atEnd()) {
            return null;
        }
        Node list = line();
        words.skipBlanks();
        if (!words.atEnd() && words.peek() != '\n') {
            throw unexpected();
        }
        newline();
        return list;
    }

    private boolean unfinished;

    /** Whether the text ended inside a here-document. */
    boolean waitsForHereDocument() {
        return unfinished;
    }

    /** Parses all that is left, e.g. of a command substitution. */
    static Node all(String source, int firstLine) throws SyntaxException {
        Parser parser = new Parser(source, firstLine);
        List<Node> commands = new ArrayList<>();
        for (Node node; (node = parser.next()) != null; ) {
            commands.add(node);
        }
        return new Node.Sequence(commands);
    }

    /** Commands up to the end of a line. */
    private Node line() throws SyntaxException {
        List<Node> commands = new ArrayList<>();
        while (true) {
            words.skipBlanks();
            if (words.atEnd() || words.peek() == '\n' || words.peek() == ')') {
                break;
            }
            commands.add(separated());
        }
        return commands.size() == 1 ? commands.get(0) : new Node.Sequence(commands);
    }

    /** One and-or list with its separator. */
    private Node separated() throws SyntaxException {
        int at = words.line();
        Node node = andOr();
        words.skipBlanks();
        if (words.looking("&") && !words.looking("&&")) {
            words.advance(1);
            return new Node.Background(node, at);
        }
        if (words.looking(";") && !words.looking(";;")) {
            words.advance(1);
        }
        return node;
    }

    /**
     * Commands inside a compound command, up to a closing word, {@code )} or {@code ;;}.
     *
     * @param closing the one that has to come when the text ends here
     */
    private Node body(String closing) throws SyntaxException {
        List<Node> commands = new ArrayList<>();
        while (true) {
            skipNewlines();
            if (words.atEnd() || words.peek() == ')' || words.looking(";;") || CLOSING.contains(words.peekName())) {
                break;
            }
            commands.add(separated());
            words.skipBlanks();
            if (!words.atEnd() && words.peek() == '\n') {
                newline();
            }
        }
        if (commands.isEmpty()) {
            // At the end of the text nothing but the closing word could come.
            throw unexpected(words.atEnd() ? closing : "");
        }
        return commands.size() == 1 ? commands.get(0) : new Node.Sequence(commands);
    }

    private Node andOr() throws SyntaxException {
        Node left = pipeline();
        while (true) {
            words.skipBlanks();
            boolean and = words.looking("&&");
            if (!and && !words.looking("||")) {
                return left;
            }
            words.advance(2);
            skipNewlines();
            left = new Node.AndOr(left, and, pipeline());
        }
    }

    private Node pipeline() throws SyntaxException {
        words.skipBlanks();
        if (words.peekName().equals("!")) {
            words.advance(1);
            return new Node.Not(pipeline());
        }
        List<Node> stages = new ArrayList<>();
        stages.add(command());
        while (true) {
            words.skipBlanks();
            if (!words.looking("|") || words.looking("||")) {
                break;
            }
            words.advance(1);
            skipNewlines();
            stages.add(command());
        }
        return stages.size() == 1 ? stages.get(0) : new Node.Pipeline(stages);
    }

    private Node command() throws SyntaxException {
        words.skipBlanks();
        if (words.atEnd()) {
            throw unexpected();
        }
        if (words.peek() == '(') {
            words.advance(1);
            Node body = body(")");
            expect(")");
            return new Node.Subshell(body, redirections());
        }
        String name = words.peekName();
        switch (name) {
            case "{" -> {
                words.advance(1);
                Node body = body("}");
                word("}");
                return new Node.Group(body, redirections());
            }
            case "if" -> {
                words.advance(2);
                return ifCommand();
            }
            case "while", "until" -> {
                words.advance(5);
                Node condition = body("do");
                word("do");
                Node body = body("done");
                word("done");
                return new Node.While(condition, body, name.equals("until"), redirections());
            }
            case "for" -> {
                words.advance(3);
                return forCommand();
            }
            case "case" -> {
                words.advance(4);
                return caseCommand();
            }
            case "function" -> {
                words.advance(8);
                words.skipBlanks();
                String function = words.peekName();
                words.advance(function.length());
                words.skipBlanks();
                if (words.looking("(")) {
                    words.advance(1);
                    expect(")");
                }
                return function(function);
            }
            default -> {
                if (RESERVED.contains(name) && !name.equals("in")) {
                    throw unexpected();
                }
                return simple();
            }
        }
    }

    /** What follows a function's name. */
    private Node function(String name) throws SyntaxException {
        if (!Variables.isName(name)) {
            throw new SyntaxException("syntax error: bad function name", false, words.line());
        }
        skipNewlines();
        return new Node.Function(name, command());
    }

    private Node ifCommand() throws SyntaxException {
        Node condition = body("then");
        word("then");
        Node then = body("fi");
        Node otherwise = null;
        String name = words.peekName();
        if (name.equals("elif")) {
            words.advance(4);
            otherwise = ifCommand();
            return new Node.If(condition, then, otherwise, List.of());
        }
        if (name.equals("else")) {
            words.advance(4);
            otherwise = body("fi");
        }
        word("fi");
        return new Node.If(condition, then, otherwise, redirections());
    }

    private Node forCommand() throws SyntaxException {
        words.skipBlanks();
        String name = words.peekName();
        if (!Variables.isName(name)) {
            throw new SyntaxException("syntax error: bad for loop variable", false, words.line());
        }
        words.advance(name.length());
        skipNewlines();
        List<Word> values = null;
        if (words.peekName().equals("in")) {
            words.advance(2);
            values = new ArrayList<>();
            words.skipBlanks();
            while (!words.atEnd() && words.peek() != ';' && words.peek() != '\n') {
                values.add(words.word());
                words.skipBlanks();
            }
            if (words.atEnd()) {
                throw unexpected();
            }
        }
        words.skipBlanks();
        if (words.looking(";")) {
            words.advance(1);
        }
        word("do");
        Node body = body("done");
        word("done");
        return new Node.For(name, values, body, redirections());
    }

    private Node caseCommand() throws SyntaxException {
        words.skipBlanks();
        Word subject = words.word();
        word("in");
        List<Node.Branch> branches = new ArrayList<>();
        while (true) {
            skipNewlines();
            if (words.peekName().equals("esac")) {
                break;
            }
            if (words.looking("(")) {
                words.advance(1);
                words.skipBlanks();
            }
            if (words.atEnd()) {
                throw unexpected(")");
            }
            List<Word> patterns = new ArrayList<>();
            patterns.add(words.word());
            words.skipBlanks();
            while (words.looking("|")) {
                words.advance(1);
                words.skipBlanks();
                patterns.add(words.word());
                words.skipBlanks();
            }
            expect(")");
            skipNewlines();
            boolean empty = words.looking(";;") || words.peekName().equals("esac");
            branches.add(new Node.Branch(patterns, empty ? new Node.Sequence(List.of()) : body(";;")));
            skipNewlines();
            if (words.peekName().equals("esac")) {
                break;
            }
            expect(";;");
        }
        word("esac");
        return new Node.Case(subject, branches, redirections());
    }

    private Node simple() throws SyntaxException {
        List<Node.Assignment> assignments = new ArrayList<>();
        List<Word> all = new ArrayList<>();
        List<Node.Redirection> redirections = new ArrayList<>();
        int line = words.line();
        while (true) {
            words.skipBlanks();
            if (inDoubleBrackets(all) && (words.looking("&&") || words.looking("||"))) {
                all.add(Word.literal(words.looking("&&") ? "&&" : "||"));
                words.advance(2);
                continue;
            }
            if (words.atEnd() || words.atOperator() && !words.atRedirection()) {
                break;
            }
            if (words.atRedirection()) {
                redirection(redirections);
                continue;
            }
            String name = all.isEmpty() ? words.assignmentName() : null;
            if (name != null) {
                words.advance(name.length() + 1);
                assignments.add(new Node.Assignment(name, words.value()));
                continue;
            }
            Word word = words.word();
            all.add(word);
            String bare = word.bare();
            if (all.size() == 1 && bare != null && assignments.isEmpty()) {
                words.skipBlanks();
                if (words.looking("(")) {
                    words.advance(1);
                    expect(")");
                    return function(bare);
                }
            }
        }
        if (all.isEmpty() && assignments.isEmpty() && redirections.isEmpty()) {
            throw unexpected();
        }
        return new Node.Simple(assignments, all, redirections, line);
    }

    /** Between {@code [[} and {@code ]]}, where {@code &&} and {@code ||} are the test's. */
    private static boolean inDoubleBrackets(List<Word> words) {
        return !words.isEmpty()
                && "[[".equals(words.get(0).bare())
                && !"]]".equals(words.get(words.size() - 1).bare());
    }

    private List<Node.Redirection> redirections() throws SyntaxException {
        List<Node.Redirection> all = new ArrayList<>();
        words.skipBlanks();
        while (words.atRedirection()) {
            redirection(all);
            words.skipBlanks();
        }
        return all;
    }

    private void redirection(List<Node.Redirection> into) throws SyntaxException {
        int descriptor = words.number();
        if (words.looking("<<")) {
            words.advance(2);
            boolean strip = words.looking("-");
            if (strip) {
                words.advance(1);
            }
            words.skipBlanks();
            WordParser.Delimiter end = words.delimiter();
            hereDocuments.add(new Pending(into, into.size(), end.text(), end.quoted(), strip));
            into.add(new Node.Redirection(descriptor < 0 ? 0 : descriptor, "<<", Word.literal("")));
            return;
        }
        String operator = "";
        for (String candidate : List.of("&>>", "&>", ">>", ">&", ">|", "<>", "<&", ">", "<")) {
            if (words.looking(candidate)) {
                operator = candidate;
                break;
            }
        }
        words.advance(operator.length());
        words.skipBlanks();
        if (words.atEnd() || words.peek() == '\n' || words.atOperator()) {
            throw unexpected();
        }
        int standard = operator.startsWith("<") ? 0 : 1;
        into.add(new Node.Redirection(descriptor < 0 ? standard : descriptor, operator, words.word()));
    }

    /** Takes a line's end, and the here-documents that were announced on that line. */
    private void newline() throws SyntaxException {
        if (words.atEnd() && hereDocuments.isEmpty()) {
            return;
        }
        if (!words.atEnd()) {
            words.advance(1);
        }
        for (Pending pending : hereDocuments) {
            String text = words.hereDocument(pending.end, pending.stripTabs);
            unfinished = words.hereDocumentCutOff();
            Word body = pending.literal ? Word.literal(text) : WordParser.quoted(text);
            Node.Redirection place = pending.into.get(pending.index);
            pending.into.set(pending.index, new Node.Redirection(place.descriptor(), "<<", body));
        }
        hereDocuments.clear();
    }

    private void skipNewlines() throws SyntaxException {
        while (true) {
            words.skipBlanks();
            if (words.atEnd() || words.peek() != '\n') {
                return;
            }
            newline();
        }
    }

    private void expect(String text) throws SyntaxException {
        words.skipBlanks();
        if (!words.looking(text)) {
            throw unexpected(text);
        }
        words.advance(text.length());
    }

    private void word(String name) throws SyntaxException {
        skipNewlines();
        if (!words.peekName().equals(name)) {
            throw unexpected(name);
        }
        words.advance(name.length());
    }

    private SyntaxException unexpected() {
        return unexpected("");
    }

    /** In ash's words. @param expected the token that must come, or empty when several could */
    private SyntaxException unexpected(String expected) {
        String token = words.token();
        String text = "syntax error: unexpected " + token;
        if (!expected.isEmpty()) {
            text += " (expecting \"" + expected + "\")";
        }
        return new SyntaxException(text, words.atEnd(), words.line());
    }
}
