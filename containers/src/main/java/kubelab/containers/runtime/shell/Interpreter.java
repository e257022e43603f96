package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/**
 * Walks a script's tree. One per shell process: a subshell is a copy that runs as a task of its own, in place of its
 * parent's thread where the parent only waits for it. The kinds of commands are its parts, a class each; what more than
 * one of them needs is kept here.
 */
final class Interpreter {
    /** What a command of the shell costs in processor time, in ns: about what ash needs on a small machine. */
    static final long BUILTIN_COST = 20_000;

    static final long FORK_COST = 500_000;

    /** Options that {@code $-} shows, in ash's order. */
    private static final String LETTERS = "ubaCvxcsnmiIfe";

    private final Task task;
    private final String name;
    private final Variables variables;
    private final Map<String, Node> functions;
    private final Set<Character> options;
    private final Map<Integer, Task> jobs = new LinkedHashMap<>();
    private final Map<Integer, Task> waitedFor = new HashMap<>();
    private final Nesting nesting;
    private final Traps traps;
    private final Expander expander;
    private final Subshells subshells;
    private final CompoundCommands compoundCommands;
    private final SimpleCommands simpleCommands;
    private final int shellPid;
    private final Random random;
    private List<String> positional;
    private int status;
    private int lastBackground;
    private int line;
    private int substituted;
    private boolean interactive;
    private boolean countedFromOne;
    private @Nullable String speaker;
    private int trapStatus = -1;

    Interpreter(Task task, String name, List<String> positional, Variables variables, Set<Character> options) {
        this(task, name, positional, variables, options, new HashMap<>(), new Nesting(), task.pid());
    }

    private Interpreter(
            Task task,
            String name,
            List<String> positional,
            Variables variables,
            Set<Character> options,
            Map<String, Node> functions,
            Nesting nesting,
            int shellPid) {
        this.task = task;
        this.name = name;
        this.positional = List.copyOf(positional);
        this.variables = variables;
        this.options = options;
        this.functions = functions;
        this.nesting = nesting;
        this.shellPid = shellPid;
        this.random = new Random(task.pid());
        // The parts ask for what is set above, and for nothing of each other, while they are made.
        this.traps = new Traps(this);
        this.expander = new Expander(this);
        Redirections redirections = new Redirections(this);
        this.simpleCommands =
                new SimpleCommands(this, redirections, new Builtins(this), new ExternalCommands(this, redirections));
        this.subshells = new Subshells(this, redirections);
        this.compoundCommands = new CompoundCommands(this, redirections);
    }

    // ---- what its parts ask for

    Task task() {
        return task;
    }

    String name() {
        return name;
    }

    Variables variables() {
        return variables;
    }

    Expander expander() {
        return expander;
    }

    Map<String, Node> functions() {
        return functions;
    }

    Traps traps() {
        return traps;
    }

    Subshells subshells() {
        return subshells;
    }

    Map<Integer, Task> jobs() {
        return jobs;
    }

    /** Jobs that are over and no longer listed: ash can tell their status until there is a new one. */
    Map<Integer, Task> waitedFor() {
        return waitedFor;
    }

    /** A job has begun: {@code $!} and {@code wait} know it from now on. */
    void began(Task job) {
        lastBackground = job.pid();
        waitedFor.clear();
        jobs.put(job.pid(), job);
    }

    Set<Character> options() {
        return options;
    }

    boolean option(char letter) {
        return options.contains(letter);
    }

    List<String> positional() {
        return positional;
    }

    void positional(List<String> values) {
        positional = List.copyOf(values);
    }

    int status() {
        return status;
    }

    /** What {@code exit} without a number ends with: in a trap what came before it. */
    int exitStatus() {
        return trapStatus < 0 ? status : trapStatus;
    }

    void status(int code) {
        status = code;
    }

    /** What the last command that this command's words have run ended with: an assignment's status. */
    int substituted() {
        return substituted;
    }

    void substituted(int code) {
        substituted = code;
    }

    Nesting nesting() {
        return nesting;
    }

    int line() {
        return line;
    }

    void line(int number) {
        line = number;
    }

    void interactive() {
        interactive = true;
    }

    boolean isInteractive() {
        return interactive;
    }

    /** A parameter's value; null when it is not set. */
    @Nullable
    String parameter(String parameter) {
        char first = parameter.charAt(0);
        if (Character.isDigit(first)) {
            int index = parameter.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(parameter);
            return index == 0 ? name : index <= positional.size() ? positional.get(index - 1) : null;
        }
        return switch (first) {
            case '#' -> Integer.toString(positional.size());
            case '?' -> Integer.toString(status);
            case '$' -> Integer.toString(shellPid);
            case '!' -> lastBackground == 0 ? null : Integer.toString(lastBackground);
            case '-' -> {
                StringBuilder letters = new StringBuilder();
                LETTERS.chars().filter(c -> options.contains((char) c)).forEach(c -> letters.append((char) c));
                yield letters.toString();
            }
            default -> variable(parameter);
        };
    }

    /** A variable's value, with those that the shell makes up when they are asked for; null when it is not set. */
    private @Nullable String variable(String called) {
        return switch (called) {
            case "LINENO" -> Integer.toString(shownLine());
            case "RANDOM" -> Integer.toString(random.nextInt(32768));
            default -> variables.get(called);
        };
    }

    long arithmetic(String expression) {
        return Arithmetic.evaluate(
                expression,
                variable -> {
                    String value = variable(variable);
                    return value == null ? "" : value;
                },
                variables::set);
    }

    // ---- running

    /** @param last nothing follows: an external command may take this process over */
    int run(Node node, boolean last) throws IOException, InterruptedException {
        if (option('n') && !interactive) {
            return status;
        }
        if (node instanceof Node.Simple simple) {
            simpleCommands.run(simple, last);
            checked();
        } else if (node instanceof Node.Sequence sequence) {
            List<Node> commands = sequence.commands();
            if (commands.isEmpty()) {
                status = 0;
            }
            for (int i = 0; i < commands.size(); i++) {
                run(commands.get(i), last && i == commands.size() - 1);
            }
        } else if (node instanceof Node.AndOr both) {
            nesting.enterTest();
            try {
                run(both.left(), false);
            } finally {
                nesting.leaveTest();
            }
            if ((status == 0) == both.and()) {
                run(both.right(), last);
            }
        } else if (node instanceof Node.Not not) {
            nesting.enterTest();
            try {
                run(not.command(), false);
            } finally {
                nesting.leaveTest();
            }
            status = status == 0 ? 1 : 0;
        } else if (node instanceof Node.Pipeline pipeline) {
            subshells.pipeline(pipeline);
            checked();
        } else if (node instanceof Node.Background background) {
            subshells.background(background);
        } else if (node instanceof Node.Subshell subshell) {
            subshells.run(subshell);
        } else if (node instanceof Node.Function function) {
            functions.put(function.name(), function.body());
            status = 0;
        } else {
            compoundCommands.run(node, last);
        }
        return status;
    }

    /** After a command: {@code set -e}. */
    void checked() {
        if (status != 0 && !nesting.inTest() && option('e')) {
            throw new Jump(Jump.Kind.EXIT, status);
        }
    }

    /** A program that runs a part of this script in a copy of this shell. */
    Program subshell(Node body) {
        return subshell(body, options);
    }

    /** The same for {@code $( )}, where ash forgets {@code set -e}. */
    Program substitution(Node body) {
        Set<Character> flags = new HashSet<>(options);
        flags.remove('e');
        return subshell(body, flags);
    }

    private Program subshell(Node body, Set<Character> set) {
        Variables copied = variables.copy();
        Set<Character> flags = new HashSet<>(set);
        Map<String, Node> known = new HashMap<>(functions);
        List<String> parameters = positional;
        int before = status;
        int background = lastBackground;
        Nesting around = nesting.forSubshell();
        int at = line;
        String speaking = speaker;
        int trapped = trapStatus;
        boolean counted = countedFromOne;
        Map<Integer, Task> listed = asksForJobs(body) ? new LinkedHashMap<>(jobs) : Map.of();
        return child -> {
            Interpreter copy = new Interpreter(child, name, parameters, copied, flags, known, around, shellPid);
            copy.status = before;
            copy.lastBackground = background;
            copy.line = at;
            copy.speaker = speaking;
            copy.trapStatus = trapped;
            copy.countedFromOne = counted;
            copy.jobs.putAll(listed);
            child.charge(FORK_COST);
            return copy.toEnd(body);
        };
    }

    /** {@code $(jobs -p)} is about this shell's jobs; everything else in a subshell begins without any. */
    private static boolean asksForJobs(Node body) {
        Node command =
                body instanceof Node.Sequence sequence && sequence.commands().size() == 1
                        ? sequence.commands().get(0)
                        : body;
        return command instanceof Node.Simple simple
                && !simple.words().isEmpty()
                && "jobs".equals(simple.words().get(0).bare());
    }

    /** Runs a whole script: its mistakes, its exit and its EXIT trap. @return the exit code */
    int toEnd(Node script) throws IOException, InterruptedException {
        try {
            run(script, traps.isEmpty());
            traps.run();
        } catch (Jump jump) {
            if (jump.kind() == Jump.Kind.EXIT || jump.kind() == Jump.Kind.RETURN) {
                status = jump.value();
            }
        } catch (ShellError error) {
            complain(error);
            status = error.status();
        }
        return leave();
    }

    /** Ends this shell. @return the exit code */
    int leave() throws IOException, InterruptedException {
        return traps.runExit();
    }

    /** Runs text as a script of this shell: what eval got. Its lines count on from here. */
    void evaluate(String text) throws IOException, InterruptedException {
        evaluate(text, Math.max(1, line));
    }

    private void evaluate(String text, int firstLine) throws IOException, InterruptedException {
        try {
            Parser parser = new Parser(text, firstLine);
            boolean any = false;
            for (Node node; (node = parser.next()) != null; ) {
                any = true;
                run(node, false);
            }
            if (!any) {
                status = 0;
            }
        } catch (SyntaxException e) {
            line = e.line();
            throw new ShellError(e.getMessage() == null ? "syntax error" : e.getMessage(), 2);
        }
    }

    /** Runs a trap's script: it and what it starts know the status from before it. */
    void evaluateTrap(String text) throws IOException, InterruptedException {
        int outer = trapStatus;
        trapStatus = status;
        try {
            evaluate(text);
        } finally {
            trapStatus = outer;
        }
    }

    /** @param file what messages call the text that is run */
    void source(String file, String text) throws IOException, InterruptedException {
        boolean counted = countedFromOne;
        String outer = speaks(file);
        nesting.enterSource();
        countedFromOne = true;
        try {
            evaluate(text, 1);
        } catch (Jump jump) {
            if (jump.kind() != Jump.Kind.RETURN) {
                throw jump;
            }
            status = jump.value();
        } catch (ShellError error) {
            complain(error);
            throw error;
        } finally {
            nesting.leaveSource();
            countedFromOne = counted;
            speaks(outer);
        }
    }

    // ---- messages

    @Nullable
    String speaker() {
        return speaker;
    }

    /** Sets who is at work: a builtin or a sourced file, which messages name. @return who was before */
    @Nullable
    String speaks(@Nullable String who) {
        String before = speaker;
        speaker = who;
        return before;
    }

    /** As ash: the script's name, then who is at work, and the line for script files and builtins. */
    void complain(String text) throws IOException {
        complain(task, text);
    }

    /** Once only: the first to catch it knows best where it was. */
    void complain(ShellError error) throws IOException {
        if (!error.tell()) {
            complain(error.text());
        }
    }

    /** A complaint that goes where a child's errors go. */
    void complain(Task child, String text) throws IOException {
        child.err().print(name + ": " + where(speaker) + text + "\n");
    }

    void report(String builtin, String text) throws IOException {
        task.err().print(name + ": " + where(builtin) + text + "\n");
    }

    /** Says that a child was killed, as ash does for a command that it waited for. */
    void announceDeath(Task child) throws IOException {
        Signal signal = child.deathSignal();
        if (signal != null && signal != Signal.INT && signal != Signal.PIPE) {
            task.err().print(signal.text() + "\n");
        }
    }

    private String where(@Nullable String who) {
        if (who == null) {
            return "";
        }
        String prefix = who.equals(name) ? "" : who + ": ";
        boolean typed = interactive && !nesting.inSource();
        return prefix + (typed ? "" : "line " + shownLine() + ": ");
    }

    private int shownLine() {
        return countedFromOne ? line : Math.max(0, line - 1);
    }

    /** The script is a file: messages carry its lines. */
    void fromFile() {
        countedFromOne = true;
        speaker = name;
    }

    /** The script comes line by line. */
    void fromInput() {
        countedFromOne = true;
    }
}
