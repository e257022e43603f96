package kubelab.course;

/**
 * How a chapter's topic is written where Java allows no dash: {@code config-maps} is {@code configmaps}, in packages and
 * in the folders below them. {@link Course#load} refuses two topics that would be the same there.
 */
public final class TopicPackage {
    private TopicPackage() {}

    /** {@code configmaps} for {@code config-maps}. */
    public static String of(String topic) {
        return topic.replace("-", "");
    }

    /** {@code kubelab.labs.configmaps} for {@code config-maps}: where the answers' classes are. */
    public static String labs(String topic) {
        return "kubelab.labs." + of(topic);
    }

    /** {@code kubelab.grader.checks.configmaps} for {@code config-maps}. */
    public static String checks(String topic) {
        return "kubelab.grader.checks." + of(topic);
    }
}
