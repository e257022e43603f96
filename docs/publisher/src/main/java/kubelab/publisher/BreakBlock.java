package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;

/** {@code [break]}: prose and a Java cell that breaks something on purpose. Its title says what. */
final class BreakBlock extends Blocks {
    static final String ROLE = "break";

    BreakBlock() {
        super(ROLE);
    }

    @Override
    List<String> lines(Form form) {
        if (form.title().isEmpty()) throw form.wrong("a title is wanted that says what is broken");
        if (form.lines().stream().noneMatch(line -> line.matches("\\[source[^%]*,java\\]")))
            throw form.wrong("a cell is wanted that breaks something");
        if (form.output() == Output.HANDBOOK) return framed(ROLE, "Break it: " + form.title(), form.lines());
        // The cells of a notebook stand by themselves.
        List<String> lines = new ArrayList<>(List.of("*Break it: " + form.title() + "*", ""));
        lines.addAll(form.lines());
        return lines;
    }
}
