package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code [predict,answer=2]}: a question, its options as a list, and why the answer is what it is. In a notebook that is a
 * cell {@code guess(…)} before the cell that surprises, and the answer folded behind it.
 */
final class PredictBlock extends Blocks {
    private static final int LINE = 80;

    PredictBlock() {
        super("predict");
    }

    @Override
    List<String> lines(Form form) {
        List<String> question = new ArrayList<>();
        List<String> options = new ArrayList<>();
        List<String> why = new ArrayList<>();
        for (String line : form.lines()) {
            if (line.startsWith("* ")) options.add(line.substring(2).strip());
            else (options.isEmpty() ? question : why).add(line);
        }
        int answer = answer(form, options.size());
        String asked = String.join(" ", question).strip();
        if (asked.isEmpty() || String.join("", why).isBlank())
            throw form.wrong("a question before the options and the reason after them are wanted");
        List<String> reason = new ArrayList<>();
        reason.add("*" + options.get(answer - 1) + "*");
        reason.add("");
        reason.addAll(why);
        List<String> lines = new ArrayList<>();
        if (form.output() == Output.NOTEBOOK) {
            lines.add("[source.predict,java]");
            lines.add("----");
            lines.add(options.stream()
                    .map(PredictBlock::string)
                    .collect(Collectors.joining(",\n    ", "guess(" + strings(asked) + ",\n    ", ");")));
            lines.add("----");
            lines.add("");
            lines.addAll(answer(form.output(), "The answer (after you have run the next cell)", reason));
            return lines.stream().flatMap(String::lines).toList();
        }
        lines.add(asked);
        lines.add("");
        options.forEach(option -> lines.add(". " + option));
        lines.add("");
        lines.addAll(answer(form.output(), "The answer", reason));
        return form.output() == Output.SLIDES ? lines : framed("predict", "Predict", lines);
    }

    private static int answer(Form form, int options) {
        String given = String.valueOf(form.attributes().getOrDefault("answer", ""));
        if (options < 2) throw form.wrong("two options or more are wanted, each as \"* option\"");
        if (!given.matches("\\d") || Integer.parseInt(given) < 1 || Integer.parseInt(given) > options)
            throw form.wrong("answer=N is the number of one of its " + options + " options; it is \"" + given + "\"");
        return Integer.parseInt(given);
    }

    /** A question that is longer than a line of a cell is a sum of strings. */
    private static String strings(String text) {
        return text.replaceAll("(.{1," + LINE + "})(?:\\s+|$)", "$1 \n")
                .strip()
                .lines()
                .map(PredictBlock::string)
                .collect(Collectors.joining("\n    + "));
    }

    /** As a Java string, without AsciiDoc's marks. */
    private static String string(String text) {
        String plain = text.replaceAll("[`*]|(?<!\\w)_|_(?!\\w)", "").replaceAll("term:\\[([^]]*)\\]", "$1");
        return "\"" + plain.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
