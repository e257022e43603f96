package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.List;

/** Commands made of commands that run in the shell itself: groups, if, case and the loops. */
final class CompoundCommands {
    private final Interpreter shell;
    private final Redirections redirections;
    private final Nesting nesting;

    CompoundCommands(Interpreter shell, Redirections redirections) {
        this.shell = shell;
        this.redirections = redirections;
        this.nesting = shell.nesting();
    }

    void run(Node node, boolean last) throws IOException, InterruptedException {
        List<Node.Redirection> own = redirectionsOf(node);
        try (Redirections.Applied applied = redirections.temporarily(own)) {
            if (!applied.worked()) {
                // Not a failure that counts for set -e, as in ash.
                return;
            }
            boolean tail = last && own.isEmpty();
            if (node instanceof Node.Group group) {
                shell.run(group.body(), tail);
            } else if (node instanceof Node.If choice) {
                if (test(choice.condition())) {
                    shell.run(choice.then(), tail);
                } else if (choice.otherwise() != null) {
                    shell.run(choice.otherwise(), tail);
                } else {
                    shell.status(0);
                }
            } else if (node instanceof Node.While loop) {
                runWhile(loop);
            } else if (node instanceof Node.For loop) {
                runFor(loop);
            } else if (node instanceof Node.Case choice) {
                runCase(choice, tail);
            }
        }
    }

    private static List<Node.Redirection> redirectionsOf(Node node) {
        if (node instanceof Node.Group group) {
            return group.redirections();
        } else if (node instanceof Node.If choice) {
            return choice.redirections();
        } else if (node instanceof Node.While loop) {
            return loop.redirections();
        } else if (node instanceof Node.For loop) {
            return loop.redirections();
        } else if (node instanceof Node.Case choice) {
            return choice.redirections();
        }
        return List.of();
    }

    private boolean test(Node condition) throws IOException, InterruptedException {
        nesting.enterTest();
        try {
            return shell.run(condition, false) == 0;
        } finally {
            nesting.leaveTest();
        }
    }

    private void runWhile(Node.While loop) throws IOException, InterruptedException {
        int result = 0;
        nesting.enterLoop();
        try {
            while (true) {
                try {
                    if (test(loop.condition()) == loop.until()) {
                        break;
                    }
                } catch (Jump jump) {
                    if (ends(jump)) {
                        break;
                    }
                    continue;
                }
                shell.task().charge(Interpreter.BUILTIN_COST / 10);
                boolean left = iterate(loop.body());
                result = shell.status();
                if (left) {
                    break;
                }
            }
        } finally {
            nesting.leaveLoop();
        }
        shell.status(result);
    }

    private void runFor(Node.For loop) throws IOException, InterruptedException {
        List<Word> words = loop.words();
        List<String> values =
                words == null ? shell.positional() : shell.expander().fields(words);
        shell.status(0);
        nesting.enterLoop();
        try {
            for (String value : values) {
                shell.variables().set(loop.name(), value);
                if (iterate(loop.body())) {
                    break;
                }
            }
        } finally {
            nesting.leaveLoop();
        }
    }

    /** @return whether the loop is to end */
    private boolean iterate(Node body) throws IOException, InterruptedException {
        try {
            shell.run(body, false);
            shell.traps().run();
            return false;
        } catch (Jump jump) {
            return ends(jump);
        }
    }

    /** @return whether the innermost loop is to end; else it goes on */
    private boolean ends(Jump jump) {
        if (!jump.leavesLoop()) {
            throw jump;
        }
        shell.status(0);
        if (jump.value() > 1 && nesting.loops() > 1) {
            throw new Jump(jump.kind(), jump.value() - 1);
        }
        return jump.kind() == Jump.Kind.BREAK;
    }

    private void runCase(Node.Case choice, boolean last) throws IOException, InterruptedException {
        String subject = shell.expander().text(choice.subject());
        shell.status(0);
        for (Node.Branch branch : choice.branches()) {
            for (Word pattern : branch.patterns()) {
                if (Glob.matches(shell.expander().pattern(pattern), subject)) {
                    shell.run(branch.body(), last);
                    return;
                }
            }
        }
    }
}
