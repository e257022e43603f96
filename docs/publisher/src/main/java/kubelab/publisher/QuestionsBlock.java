package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code [checkpoint]} and {@code [quiz]}: questions as a numbered list ({@code . Question}), below each its answer, which
 * is folded. A checkpoint has two to four.
 */
final class QuestionsBlock extends Blocks {
    static final String CHECKPOINT = "checkpoint";
    static final String QUIZ = "quiz";

    QuestionsBlock(String name) {
        super(name);
    }

    @Override
    List<String> lines(Form form) {
        List<String> lines = new ArrayList<>();
        List<String> answer = new ArrayList<>();
        int questions = 0;
        for (String line : form.lines()) {
            if (line.startsWith(". ")) {
                if (questions++ > 0) unfold(form, lines, answer);
                lines.add(line);
            } else if (questions > 0) {
                answer.add(line);
            } else if (!line.isBlank()) {
                throw form.wrong("a question begins with \". \"");
            }
        }
        if (questions == 0) throw form.wrong("no question: each begins with \". \"");
        unfold(form, lines, answer);
        boolean checkpoint = form.name().equals(CHECKPOINT);
        if (checkpoint && (questions < 2 || questions > 4))
            throw form.wrong("a checkpoint has two to four questions; here are " + questions);
        return checkpoint
                ? framed(CHECKPOINT, form.title().isEmpty() ? "Checkpoint" : "Checkpoint: " + form.title(), lines)
                : framed(QUIZ, form.title(), lines);
    }

    private static void unfold(Form form, List<String> lines, List<String> answer) {
        List<String> text = new ArrayList<>(answer);
        while (!text.isEmpty() && text.get(0).isBlank()) text.remove(0);
        while (!text.isEmpty() && text.get(text.size() - 1).isBlank()) text.remove(text.size() - 1);
        if (text.isEmpty()) throw form.wrong("a question without an answer: " + lines.get(lines.size() - 1));
        lines.add("+");
        lines.addAll(answer(form.output(), "Answer", text));
        lines.add("");
        answer.clear();
    }
}
