package kubelab.app.lab;

import java.lang.StackWalker.Option;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;

/**
 * Keeps the values of variables that JShell would lose. A variable is a static field of a class of its own. When a cell
 * redefines a method or class that the variable's declaration names, or sometimes only when it imports, JShell compiles
 * that class again under the next name ({@code $JShell$4}, {@code $JShell$4B}), and the new field is null. The value is
 * still in the old class: it is copied where its type still fits; where it does not, the cell's output says what is lost.
 *
 * <p>Runs on the thread that evaluates cells, after each snippet.
 */
public final class KeptVariables {
    /** A class that is missing between two others: a compilation that failed took its name. */
    private static final int GAP = 8;

    private static final int LETTERS = 26;

    private final ClassLoader loader;
    private final JShell shell;
    private final Map<String, Integer> versions = new HashMap<>();

    private KeptVariables(JShell shell, ClassLoader loader) {
        this.shell = shell;
        this.loader = loader;
    }

    /** To be called by the start-up script, once: its class loader is the one of all cells. */
    public static void watch() {
        ClassLoader cells = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
                .getCallerClass()
                .getClassLoader();
        Screen.shell().ifPresent(shell -> shell.onSnippetEvent(new KeptVariables(shell, cells)::happened));
    }

    private void happened(SnippetEvent event) {
        if (event.exception() instanceof UnresolvedReferenceException missing) {
            System.out.println("Note: " + unresolved(shell, missing.getSnippet()));
        }
        if (!(event.snippet() instanceof VarSnippet variable)) {
            return;
        }
        if (event.causeSnippet() == null) {
            versions.put(
                    variable.id(),
                    newest(variable, versions.getOrDefault(variable.id(), 0))); // a cell has just declared it
        } else if (event.status() == Snippet.Status.VALID) {
            if (!event.previousStatus().isActive() || !restored(variable)) {
                lost(variable, event.causeSnippet(), "has lost its value");
            }
        } else if (event.previousStatus() == Snippet.Status.VALID && event.status() != Snippet.Status.OVERWRITTEN) {
            lost(variable, event.causeSnippet(), "is gone");
        }
    }

    /** Says which names a method or class of an earlier cell uses that no cell has declared. */
    public static String unresolved(JShell shell, DeclarationSnippet snippet) {
        String what = snippet instanceof TypeDeclSnippet ? "The class " : "The method ";
        String names =
                String.join(", ", shell.unresolvedDependencies(snippet).sorted().toList());
        return what + snippet.name() + " cannot be used until this is declared: " + names
                + ". Run the cell that declares it, or correct the name.";
    }

    private void lost(VarSnippet variable, Snippet cause, String how) {
        String changed = cause instanceof DeclarationSnippet d ? d.name() : "what it was made with";
        System.out.println("Note: the variable " + variable.name() + " " + how + ", because this cell changes "
                + changed + ". Run the cell again that declares " + variable.name() + ".");
    }

    private boolean restored(VarSnippet variable) {
        int before = versions.getOrDefault(variable.id(), 0);
        int now = newest(variable, before);
        versions.put(variable.id(), now);
        Optional<Field> from = field(variable, before);
        Optional<Field> to = field(variable, now);
        if (from.isEmpty() || to.isEmpty()) {
            return false;
        }
        try {
            to.get().set(null, from.get().get(null));
            return true;
        } catch (IllegalAccessException | IllegalArgumentException e) {
            return false; // of a class that this cell replaced
        }
    }

    private int newest(VarSnippet variable, int from) {
        int newest = from;
        for (int version = from; version <= newest + GAP; version++) {
            if (field(variable, version).isPresent()) {
                newest = version;
            }
        }
        return newest;
    }

    private Optional<Field> field(VarSnippet variable, int version) {
        try {
            Field field = Class.forName("REPL.$JShell$" + variable.id() + letters(version), true, loader)
                    .getDeclaredField(variable.name());
            field.setAccessible(true);
            return Optional.of(field);
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** JShell's names of versions: none, B, C … Z, BA, BB … */
    private static String letters(int version) {
        StringBuilder letters = new StringBuilder();
        for (int rest = version; rest > 0; rest /= LETTERS) {
            letters.insert(0, (char) ('A' + rest % LETTERS));
        }
        return letters.toString();
    }
}
