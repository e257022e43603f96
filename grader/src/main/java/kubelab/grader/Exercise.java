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
 * @param rules what the answer's account may do beyond the default in its namespace, in the shape of RBAC rules
 * @param cluster whether it is graded beside others
 * @param clusterRules what the account may do outside of namespaces; anything but looking needs a private cluster
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
        List<Map<String, List<String>>> rules,
        Sharing cluster,
        List<Map<String, List<String>>> clusterRules) {
    private static final Set<String> LOOKING = Set.of("get", "list", "watch");

    public Exercise {
        needs = Set.copyOf(needs);
        hints = List.copyOf(hints);
        rules = List.copyOf(rules);
        clusterRules = List.copyOf(clusterRules);
        boolean changes =
                clusterRules.stream().anyMatch(r -> !LOOKING.containsAll(r.getOrDefault("verbs", List.of("*"))));
        if (changes && cluster != Sharing.PRIVATE) {
            throw new IllegalArgumentException(id + ": clusterRules that change something need \"cluster: private\"");
        }
    }

    /** An exercise that is graded beside others, with rules in its namespace only. */
    public Exercise(
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
        this(id, className, topic, title, form, points, minutes, needs, task, hints, rules, Sharing.SHARED, List.of());
    }

    /** PRIVATE: it touches nodes or other things that all on a cluster share, so it has one to itself. */
    public enum Sharing {
        SHARED,
        PRIVATE
    }

    /** What kind of answer is asked for. */
    public enum Form {
        STATE,
        QUESTION,
        REPAIR,
        COMPONENT
    }

    /** How many nodes it needs. */
    public int nodes() {
        return needs.stream()
                .filter(n -> n.matches("nodes\\(\\d+\\)"))
                .mapToInt(n -> Integer.parseInt(n.replaceAll("\\D", "")))
                .max()
                .orElse(1);
    }

    public String simpleName() {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** Inside a source root, as in {@code kubelab/labs/pods/SharedVolume.java}. */
    public String sourceFile() {
        return className.replace('.', '/') + ".java";
    }
}
