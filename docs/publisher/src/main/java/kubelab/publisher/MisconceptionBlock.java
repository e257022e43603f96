package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;

/** {@code [misconception]}: a paragraph "You may hear: …" and a paragraph "In fact: …". */
final class MisconceptionBlock extends Blocks {
    static final String HEAR = "You may hear:";
    static final String FACT = "In fact:";

    MisconceptionBlock() {
        super("misconception");
    }

    @Override
    List<String> lines(Form form) {
        List<String> lines = new ArrayList<>();
        boolean hear = false;
        boolean fact = false;
        for (String line : form.lines()) {
            if (line.startsWith(HEAR)) {
                hear = true;
                lines.add("*" + HEAR + "*" + line.substring(HEAR.length()));
            } else if (line.startsWith(FACT)) {
                fact = true;
                lines.add("*" + FACT + "*" + line.substring(FACT.length()));
            } else {
                lines.add(line);
            }
        }
        if (!hear || !fact)
            throw form.wrong("a paragraph that begins with \"" + HEAR + "\" and one with \"" + FACT + "\" are wanted");
        return framed("misconception", "A common misconception", lines);
    }
}
