package kubelab.course;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An exercise as the file beside its solution says it.
 *
 * @param id as in {@code pods-2}, see {@link ExerciseId}
 * @param className the answer's class, the same in solutions/ and labs/
 * @param stars how hard it is, 1 to 3
 * @param minutes how long a learner may need
 * @param needs abilities that the cluster must have, in the file's order
 * @param task what to do, in AsciiDoc
 * @param hints three, AsciiDoc inline, each giving away more
 * @param rules what the answer's account may do beyond the default in its namespace, in the shape of RBAC rules
 * @param cluster whether it is graded beside others
 * @param clusterRules what the account may do outside of namespaces; anything but looking needs a private cluster
 * @param criteria one or more, in the order in which they are tried
 * @param clauses what the task asks for, one thing each
 * @param freedoms what the task leaves to the learner
 * @param debrief what happened and why, shown after a PASS; {@code {name}} is filled in from the run. Empty for none
 */
public record Exercise(
        String id,
        String className,
        String title,
        Form form,
        int stars,
        int minutes,
        Set<String> needs,
        String task,
        List<String> hints,
        List<Map<String, List<String>>> rules,
        Sharing cluster,
        List<Map<String, List<String>>> clusterRules,
        List<CriterionSpec> criteria,
        List<Clause> clauses,
        List<Clause> freedoms,
        String debrief) {
    /** How many hints an exercise has. */
    public static final int HINTS = 3;

    /** How many stars the hardest has. */
    public static final int STARS = 3;

    private static final Set<String> LOOKING = Set.of("get", "list", "watch");

    public Exercise {
        ExerciseId.of(id);
        needs = Collections.unmodifiableSet(new LinkedHashSet<>(needs));
        hints = List.copyOf(hints);
        rules = List.copyOf(rules);
        clusterRules = List.copyOf(clusterRules);
        criteria = List.copyOf(criteria);
        clauses = List.copyOf(clauses);
        freedoms = List.copyOf(freedoms);
        boolean changes =
                clusterRules.stream().anyMatch(r -> !LOOKING.containsAll(r.getOrDefault("verbs", List.of("*"))));
        if (changes && cluster != Sharing.PRIVATE)
            throw new CourseException(id + ": clusterRules that change something need \"cluster: private\"");
        if (stars < 1 || stars > STARS) throw new CourseException(id + ": stars is 1 to " + STARS + ", not " + stars);
        if (criteria.isEmpty()) throw new CourseException(id + ": it has no criteria");
        CriterionSpec.agree(id, criteria, clauses);
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
        COMPONENT;

        /** As it is written in files and shown to people: {@code state}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it can be answered with kubectl, too, and not in Java only. */
        public boolean isDoneByHand() {
            return this == STATE || this == REPAIR;
        }
    }

    /** The chapter's topic: {@code config-maps} of {@code config-maps-3}. */
    public String topic() {
        return ExerciseId.of(id).topic();
    }

    /** How many nodes it needs. */
    public int nodes() {
        return needs.stream()
                .filter(n -> n.matches("nodes\\(\\d+\\)"))
                .mapToInt(n -> Integer.parseInt(n.replaceAll("\\D", "")))
                .max()
                .orElse(1);
    }

    /** What a right answer gets: the sum of its criteria's points. */
    public int points() {
        return criteria.stream().mapToInt(CriterionSpec::points).sum();
    }

    public String simpleName() {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** Inside a source root, as in {@code kubelab/labs/pods/SharedVolume.java}. */
    public String sourceFile() {
        return className.replace('.', '/') + ".java";
    }
}
