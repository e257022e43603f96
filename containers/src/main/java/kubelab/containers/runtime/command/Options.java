package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** A command's options, after getopt: {@code -ab -c value --long=value rest}. */
final class Options {
    private final Map<Character, List<String>> found = new HashMap<>();
    private final List<String> rest = new ArrayList<>();

    private Options() {}

    static @Nullable Options parse(Task task, String flags, String withValue, String... longNames) throws IOException {
        return parse(task, flags, withValue, true, longNames);
    }

    /**
     * @param flags letters without a value
     * @param withValue letters with one
     * @param permute options may come after operands
     * @param longNames {@code name=x}: --name is -x
     * @return null after a complaint
     */
    static @Nullable Options parse(Task task, String flags, String withValue, boolean permute, String... longNames)
            throws IOException {
        Options options = new Options();
        List<String> words = task.arguments();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                options.rest.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (word.startsWith("--") && word.length() > 2) {
                int equals = word.indexOf('=');
                String name = word.substring(2, equals < 0 ? word.length() : equals);
                char letter = 0;
                for (String known : longNames) {
                    if (known.startsWith(name + "=")) {
                        letter = known.charAt(known.length() - 1);
                    }
                }
                if (letter == 0) {
                    task.err().print(Usage.name(task) + ": unrecognized option '" + word + "'\n");
                    Usage.fail(task, Usage.name(task), "");
                    return null;
                }
                boolean value = withValue.indexOf(letter) >= 0;
                options.add(letter, !value ? "" : equals >= 0 ? word.substring(equals + 1) : next(words, ++i));
                continue;
            }
            if (word.length() < 2 || word.charAt(0) != '-') {
                if (!permute) {
                    options.rest.addAll(words.subList(i, words.size()));
                    break;
                }
                options.rest.add(word);
                continue;
            }
            for (int j = 1; j < word.length(); j++) {
                char letter = word.charAt(j);
                if (withValue.indexOf(letter) >= 0) {
                    if (j + 1 == word.length() && i + 1 >= words.size()) {
                        task.err().print(Usage.name(task) + ": option requires an argument -- '" + letter + "'\n");
                        Usage.fail(task, Usage.name(task), "");
                        return null;
                    }
                    options.add(letter, j + 1 < word.length() ? word.substring(j + 1) : words.get(++i));
                    break;
                }
                if (flags.indexOf(letter) < 0) {
                    task.err().print(Usage.name(task) + ": invalid option -- '" + letter + "'\n");
                    Usage.fail(task, Usage.name(task), "");
                    return null;
                }
                options.add(letter, "");
            }
        }
        return options;
    }

    boolean has(char letter) {
        return found.containsKey(letter);
    }

    /** The last value of an option. */
    String value(char letter, String otherwise) {
        List<String> all = found.get(letter);
        return all == null ? otherwise : all.get(all.size() - 1);
    }

    List<String> values(char letter) {
        return found.getOrDefault(letter, List.of());
    }

    List<String> rest() {
        return rest;
    }

    private void add(char letter, String value) {
        found.computeIfAbsent(letter, l -> new ArrayList<>()).add(value);
    }

    private static String next(List<String> words, int index) {
        return index < words.size() ? words.get(index) : "";
    }
}
