package kubelab.containers.runtime.shell;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A shell's variables, with those that {@code local} has put aside. */
final class Variables {
    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> exported = new HashSet<>();
    /** What the shell was given under names that no variable can have, such as {@code a.b}. */
    private final Map<String, String> passed = new TreeMap<>();

    private final Set<String> readOnly = new HashSet<>();
    private final Deque<Map<String, Saved>> frames = new ArrayDeque<>();

    private record Saved(@Nullable String value, boolean exported) {}

    static boolean isName(String text) {
        if (text.isEmpty() || Character.isDigit(text.charAt(0))) {
            return false;
        }
        return text.chars().allMatch(c -> c == '_' || c < 128 && Character.isLetterOrDigit(c));
    }

    Variables copy() {
        Variables copy = new Variables();
        copy.values.putAll(values);
        copy.exported.addAll(exported);
        copy.passed.putAll(passed);
        copy.readOnly.addAll(readOnly);
        frames.descendingIterator().forEachRemaining(frame -> copy.frames.push(new HashMap<>(frame)));
        return copy;
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** @throws ShellError for a read-only variable */
    void set(String name, String value) {
        if (readOnly.contains(name)) {
            throw new ShellError(name + ": is read only", 2);
        }
        values.put(name, value);
    }

    /** The shell's children get it as the shell did; the shell itself cannot see it. */
    void pass(String name, String value) {
        passed.put(name, value);
    }

    void unset(String name) {
        if (readOnly.contains(name)) {
            throw new ShellError(name + ": is read only", 2);
        }
        values.remove(name);
        exported.remove(name);
    }

    /** @param before names with the values that they had; a zero byte when they had none */
    void restore(Map<String, String> before) {
        before.forEach((name, value) -> {
            if (value.equals("\0")) {
                values.remove(name);
            } else {
                values.put(name, value);
            }
        });
    }

    void export(String name, boolean yes) {
        if (yes) {
            exported.add(name);
        } else {
            exported.remove(name);
        }
    }

    boolean isExported(String name) {
        return exported.contains(name);
    }

    void protect(String name) {
        readOnly.add(name);
    }

    Set<String> protectedNames() {
        return readOnly;
    }

    Map<String, String> all() {
        return values;
    }

    /** What a child gets. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(passed);
        values.forEach((name, value) -> {
            if (exported.contains(name)) {
                environment.put(name, value);
            }
        });
        return environment;
    }

    void enterFunction() {
        frames.push(new HashMap<>());
    }

    void leaveFunction() {
        frames.pop().forEach((name, saved) -> {
            readOnly.remove(name);
            if (saved.value == null) {
                values.remove(name);
            } else {
                values.put(name, saved.value);
            }
            export(name, saved.exported);
        });
    }

    /** @return false outside functions */
    boolean local(String name) {
        Map<String, Saved> frame = frames.peek();
        if (frame == null) {
            return false;
        }
        frame.putIfAbsent(name, new Saved(values.get(name), exported.contains(name)));
        return true;
    }
}
