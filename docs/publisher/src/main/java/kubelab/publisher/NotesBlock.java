package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;

/** {@code [speaker]}: what the person at the screen may say or show; on slides only. */
final class NotesBlock extends Blocks {
    NotesBlock() {
        super("speaker");
    }

    @Override
    List<String> lines(Form form) {
        if (form.output() != Output.SLIDES) return List.of();
        List<String> lines = new ArrayList<>(List.of("[.notes]", "--"));
        lines.addAll(form.lines());
        lines.add("--");
        return lines;
    }
}
