package kubelab.grader.check;

/** The check of an exercise that starts from something that {@link #prepare} sets up. */
public interface PreparedCheck extends Check {
    @Override
    default boolean prepares() {
        return true;
    }
}
