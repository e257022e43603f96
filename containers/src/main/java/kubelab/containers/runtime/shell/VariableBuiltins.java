package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import kubelab.containers.runtime.kernel.Task;

/** Builtins that set what a script can ask its shell for: variables, positional parameters and options. */
final class VariableBuiltins {
    private static final String[][] NAMED = {
        {"errexit", "e"}, {"noglob", "f"}, {"ignoreeof", "I"}, {"interactive", "i"}, {"monitor", "m"}, {"noexec", "n"},
        {"stdin", "s"}, {"xtrace", "x"}, {"verbose", "v"}, {"noclobber", "C"}, {"allexport", "a"}, {"notify", "b"},
        {"nounset", "u"}, {"vi", "V"}, {"pipefail", "P"}
    };

    private final Interpreter shell;
    private final Task task;

    VariableBuiltins(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    int export(List<String> words) throws IOException {
        boolean yes = true;
        for (String word : words.subList(1, words.size())) {
            if (word.equals("-n")) {
                yes = false;
                continue;
            }
            if (word.equals("-p")) {
                return list("export ", shell.variables()::isExported);
            }
            String name = assign(word);
            shell.variables().export(name, yes);
        }
        return words.size() == 1 ? list("export ", shell.variables()::isExported) : 0;
    }

    int readonly(List<String> words) throws IOException {
        for (String word : words.subList(1, words.size())) {
            if (word.equals("-p")) {
                return list("readonly ", shell.variables().protectedNames()::contains);
            }
            shell.variables().protect(assign(word));
        }
        return words.size() == 1 ? list("readonly ", shell.variables().protectedNames()::contains) : 0;
    }

    private int list(String prefix, Predicate<String> which) throws IOException {
        for (Map.Entry<String, String> entry : shell.variables().all().entrySet()) {
            if (which.test(entry.getKey())) {
                task.out().println(prefix + entry.getKey() + "=" + Quotes.always(entry.getValue()));
            }
        }
        return 0;
    }

    /** {@code name} or {@code name=value}. @return the name */
    private String assign(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (!Variables.isName(name)) {
            throw new ShellError(name + ": bad variable name", 2);
        }
        if (equals >= 0) {
            shell.variables().set(name, word.substring(equals + 1));
        }
        return name;
    }

    int local(List<String> words) throws IOException {
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!Variables.isName(name)) {
                throw new ShellError(name + ": bad variable name", 2);
            }
            if (!shell.variables().local(name)) {
                throw new ShellError("not in a function", 2);
            }
            if (equals >= 0) {
                assign(word);
            }
        }
        return 0;
    }

    int unset(List<String> words) {
        boolean functions = false;
        for (String word : words.subList(1, words.size())) {
            if (word.equals("-f") || word.equals("-v")) {
                functions = word.equals("-f");
            } else if (functions) {
                shell.functions().remove(word);
            } else if (!Variables.isName(word)) {
                throw new ShellError(word + ": bad variable name", 2);
            } else {
                shell.variables().unset(word);
            }
        }
        return 0;
    }

    /** {@code -o name} and {@code +o name}. @return whether there is such an option */
    static boolean namedOption(Set<Character> options, String name, boolean on) {
        for (String[] each : NAMED) {
            if (each[0].equals(name)) {
                if (on) {
                    options.add(each[1].charAt(0));
                } else {
                    options.remove(each[1].charAt(0));
                }
                return true;
            }
        }
        return false;
    }

    int set(List<String> words) throws IOException {
        if (words.size() == 1) {
            return list("", name -> true);
        }
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            boolean on = word.startsWith("-");
            if (word.equals("--") || word.equals("-") || !on && !word.startsWith("+") || word.equals("+")) {
                shell.positional(words.subList(word.equals("--") || word.equals("-") ? i + 1 : i, words.size()));
                return 0;
            }
            for (char letter : word.substring(1).toCharArray()) {
                if (letter == 'o' && i + 1 < words.size()) {
                    if (!namedOption(shell.options(), words.get(++i), on)) {
                        shell.complain("illegal option " + word.charAt(0) + "o " + words.get(i));
                        return 1;
                    }
                } else if (letter == 'o') {
                    for (String[] each : NAMED) {
                        boolean set = shell.option(each[1].charAt(0));
                        task.out()
                                .println(
                                        on
                                                ? String.format("%-16s%s", each[0], set ? "on" : "off")
                                                : "set " + (set ? "-" : "+") + "o " + each[0]);
                    }
                } else if ("efimnsxvCabuV".indexOf(letter) < 0) {
                    throw new ShellError("illegal option " + (on ? "-" : "+") + letter, 2);
                } else if (on) {
                    shell.options().add(letter);
                } else {
                    shell.options().remove(letter);
                }
            }
        }
        return 0;
    }
}
