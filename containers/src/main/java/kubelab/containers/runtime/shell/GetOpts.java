package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.List;

/** {@code getopts}: one option of the positional parameters at a call. */
final class GetOpts {
    private final Interpreter shell;

    GetOpts(Interpreter shell) {
        this.shell = shell;
    }

    int run(List<String> words) throws IOException {
        if (words.size() < 3) {
            throw new ShellError("usage: getopts optstring var [arg]", 2);
        }
        String options = words.get(1);
        String variable = words.get(2);
        List<String> arguments = words.size() > 3 ? words.subList(3, words.size()) : shell.positional();
        Variables variables = shell.variables();
        int index = Integer.parseInt(variables.get("OPTIND", "1"));
        // Where it is inside a word such as -abc; not part of the environment in a real shell either.
        int offset = Integer.parseInt(variables.get("_OPTOFFSET", "1"));
        if (index > arguments.size()) {
            return end(variable);
        }
        String word = arguments.get(index - 1);
        if (offset == 1 && (!word.startsWith("-") || word.equals("-"))) {
            return end(variable);
        }
        if (word.equals("--")) {
            variables.set("OPTIND", Integer.toString(index + 1));
            return end(variable);
        }
        char letter = word.charAt(offset++);
        int known = letter == ':' ? -1 : options.indexOf(letter);
        boolean quiet = options.startsWith(":");
        variables.unset("OPTARG");
        String result = String.valueOf(letter);
        boolean used = offset >= word.length();
        if (known < 0) {
            result = "?";
            if (quiet) {
                variables.set("OPTARG", String.valueOf(letter));
            } else {
                shell.task().err().print("Illegal option -" + letter + "\n");
            }
        } else if (known + 1 < options.length() && options.charAt(known + 1) == ':') {
            if (!used) {
                variables.set("OPTARG", word.substring(offset));
            } else if (index < arguments.size()) {
                variables.set("OPTARG", arguments.get(index++));
            } else if (quiet) {
                result = ":";
                variables.set("OPTARG", String.valueOf(letter));
            } else {
                result = "?";
                shell.task().err().print("No arg for -" + letter + " option\n");
            }
            used = true;
        }
        variables.set("OPTIND", Integer.toString(used ? index + 1 : index));
        variables.set("_OPTOFFSET", Integer.toString(used ? 1 : offset));
        variables.set(variable, result);
        return 0;
    }

    private int end(String variable) {
        shell.variables().set(variable, "?");
        shell.variables().set("_OPTOFFSET", "1");
        return 1;
    }
}
