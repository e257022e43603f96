package kubelab.grader;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An exercise as its metadata file says it.
 *
 * @param id as in {@code pods-2}
 * @param className the answer's class, the same in solutions/ and labs/
 * @param topic the chapter's topic, as in {@code pods}
 * @param points the sum of its criteria's points
 * @param minutes how long a learner may need
 * @param needs abilities that the cluster must have
 * @param task what to do, in AsciiDoc
 * @param hints three, each giving away more
 * @param rules what the answer's account may do beyond the default, in the shape of RBAC rules
 */
public record Exercise(
        String id,
        String className,
        String topic,
        String title,
        Form form,
        int points,
        int minutes,
        Set<String> needs,
        String task,
        List<String> hints,
        List<Map<String, List<String>>> rules) {
    public Exercise {
        needs = Set.copyOf(needs);
        hints = List.copyOf(hints);
        rules = List.copyOf(rules);
    }

    /** What kind of answer is asked for. */
    public enum Form {
        STATE,
        QUESTION,
        REPAIR,
        COMPONENT
    }

    public String simpleName() {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** Inside a source root, as in {@code kubelab/labs/pods/SharedVolume.java}. */
    public String sourceFile() {
        return className.replace('.', '/') + ".java";
    }
}
