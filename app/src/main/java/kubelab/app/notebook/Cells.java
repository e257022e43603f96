package kubelab.app.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.execution.LocalExecutionControlProvider;
import kubelab.app.lab.KeptVariables;
import kubelab.containers.host.DaemonThreads;

/** Evaluates cells with JShell in this JVM, one after the other. */
final class Cells implements AutoCloseable {
    private final JShell shell;
    private volatile boolean running;
    private volatile boolean stopped;

    Cells(String classPath) {
        // Local rather than remote: a further JVM costs seconds, and we are in a child process already.
        shell = JShell.builder()
                .executionEngine(new LocalExecutionControlProvider(), Map.of())
                .build();
        shell.addToClasspath(classPath);
    }

    JShell shell() {
        return shell;
    }

    /** @param value what the last expression gave, if there was one */
    record Outcome(String error, Optional<String> value) {}

    Outcome run(String source) {
        stopped = false;
        running = true;
        try {
            return eval(source);
        } catch (RuntimeException e) {
            // JShell's own trouble, as with a value whose toString() gives null; the cells that follow can still run
            return new Outcome("JShell could not go on with this cell: " + e, Optional.empty());
        } finally {
            running = false;
        }
    }

    private Outcome eval(String source) {
        Optional<String> value = Optional.empty();
        List<Snippet> recoverable = new ArrayList<>();
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        String rest = source;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo info = analysis.analyzeCompletion(rest);
            String code = info.source();
            if (code == null || code.isBlank()) {
                if (info.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
                    break;
                }
                code = rest; // incomplete: the compiler says best what is missing
                rest = "";
            } else {
                rest = info.remaining().stripLeading(); // JShell takes "\nimport …" for a change of earlier cells
            }
            for (SnippetEvent event : shell.eval(code)) {
                if (event.causeSnippet() != null) {
                    continue; // an older snippet was brought up to date
                }
                if (stopped) {
                    return new Outcome("stopped: the cell took too long", value);
                }
                if (event.status() == Snippet.Status.REJECTED) {
                    return new Outcome(diagnostics(event.snippet()), value);
                }
                JShellException exception = event.exception();
                if (exception != null) {
                    return new Outcome(
                            exception instanceof UnresolvedReferenceException e
                                    ? KeptVariables.unresolved(shell, e.getSnippet())
                                    : describe(exception),
                            value);
                }
                if (event.status() == Snippet.Status.RECOVERABLE_DEFINED
                        || event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
                    recoverable.add(event.snippet());
                }
                boolean expression = event.snippet() instanceof ExpressionSnippet
                        || event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
                value = expression && event.value() != null ? Optional.of(event.value()) : Optional.empty();
            }
        }
        for (Snippet snippet : recoverable) {
            Snippet.Status now = shell.status(snippet);
            if (now == Snippet.Status.RECOVERABLE_DEFINED || now == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
                return new Outcome(unresolved(snippet), value);
            }
        }
        return new Outcome("", value);
    }

    /** From another thread: ends the cell that runs. */
    void stop() {
        stopped = true;
        // JShell forgets a stop that comes while a snippet is still being compiled: say it until the cell has ended.
        DaemonThreads.start("cell-stop", () -> {
            while (running && stopped) {
                shell.stop();
                LockSupport.parkNanos(100_000_000);
            }
        });
    }

    @Override
    public void close() {
        shell.close();
    }

    private String unresolved(Snippet snippet) {
        String why = diagnostics(snippet);
        if (!why.isEmpty()) {
            return why;
        }
        return snippet instanceof DeclarationSnippet d
                ? "cannot find "
                        + String.join(", ", shell.unresolvedDependencies(d).toList())
                : "refers to something that is not there";
    }

    private String diagnostics(Snippet snippet) {
        return String.join(
                "\n",
                shell.diagnostics(snippet)
                        .filter(Diag::isError)
                        .map(d -> d.getMessage(Locale.ROOT) + "\n    " + line(snippet.source(), (int) d.getPosition()))
                        .toList());
    }

    private static String line(String source, int position) {
        int at = Math.max(0, Math.min(position, source.length()));
        int start = source.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
        int end = source.indexOf('\n', at);
        return source.substring(Math.min(start, at), end < 0 ? source.length() : end)
                .strip();
    }

    private static String describe(JShellException exception) {
        String name = exception instanceof EvalException e ? e.getExceptionClassName() : "unresolved reference";
        String message = exception.getMessage() == null ? "" : ": " + exception.getMessage();
        return name + message;
    }
}
