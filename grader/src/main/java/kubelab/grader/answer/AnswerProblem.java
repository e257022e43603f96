package kubelab.grader.answer;

/** There is no answer, or it does not compile. The message is for the learner and says where and what. */
public final class AnswerProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final String text;

    public AnswerProblem(String text) {
        super(text);
        this.text = text;
    }

    public String text() {
        return text;
    }
}
