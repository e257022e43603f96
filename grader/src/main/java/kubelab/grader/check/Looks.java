package kubelab.grader.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kubelab.course.CriterionSpec;
import kubelab.course.Exercise;
import kubelab.grader.check.Criterion.Act;
import kubelab.grader.check.Criterion.Probe;

/** How a check looks at each criterion: bound to the criterion's id, whose words, points and times the exercise's file has. */
public final class Looks {
    private static final Act NOTHING = run -> {};

    private final Map<String, Bound> byId = new LinkedHashMap<>();

    private record Bound(Act act, Probe probe) {}

    /** Looks until it holds, or until nothing changes any more. */
    public Looks look(String criterion, Probe probe) {
        return look(criterion, NOTHING, probe);
    }

    /** Does something first, once. */
    public Looks look(String criterion, Act act, Probe probe) {
        if (byId.put(criterion, new Bound(act, probe)) != null) {
            throw new IllegalStateException("two looks for the criterion " + criterion);
        }
        return this;
    }

    /**
     * The criteria of an exercise with their looks, in the order of its file.
     *
     * @throws IllegalStateException when a criterion has no look or a look no criterion: an error of the course
     */
    List<Criterion> of(Exercise exercise) {
        Set<String> wanted = new TreeSet<>();
        exercise.criteria().forEach(c -> wanted.add(c.id()));
        if (!wanted.equals(byId.keySet())) {
            Set<String> without = new TreeSet<>(wanted);
            without.removeAll(byId.keySet());
            Set<String> unknown = new TreeSet<>(byId.keySet());
            unknown.removeAll(wanted);
            throw new IllegalStateException("an error of the course: " + exercise.id() + ".yaml and "
                    + exercise.simpleName() + "Check do not agree; criteria without a look: " + without
                    + ", looks without a criterion: " + unknown);
        }
        List<Criterion> criteria = new ArrayList<>();
        for (CriterionSpec spec : exercise.criteria()) {
            Bound bound = byId.get(spec.id());
            if (bound != null) {
                criteria.add(Criterion.of(spec, bound.act(), bound.probe()));
            }
        }
        return criteria;
    }
}
