package kubelab.grader.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import kubelab.grader.Report;

/** Which exercise to go on with. */
public final class NextStep {
    private static final Set<Outcome> OPEN = Set.of(Outcome.FAIL, Outcome.TIMEOUT, Outcome.NOT_BEGUN);

    private NextStep() {}

    /** One that was begun; else, for who has solved none yet, the shortest; else the first. */
    public static Optional<ExerciseResult> of(List<ExerciseResult> results) {
        List<ExerciseResult> open =
                results.stream().filter(r -> OPEN.contains(r.outcome())).toList();
        boolean first = results.stream().noneMatch(r -> r.outcome() == Outcome.PASS);
        return open.stream()
                .filter(r -> r.outcome() != Outcome.NOT_BEGUN)
                .findFirst()
                .or(() -> open.stream()
                        .min(Comparator.comparingInt(r -> first ? r.exercise().minutes() : 0)));
    }

    /** For who has begun none of these: the shortest. */
    public static Exercise first(List<Exercise> exercises) {
        return exercises.stream()
                .min(Comparator.comparingInt(Exercise::minutes))
                .orElseThrow();
    }

    /** How to grade again what this report is about. */
    static String again(Report report, String id) {
        String answers = report.answers();
        if (answers.equals("labs")) {
            return "./kubelab check " + id;
        }
        return namesFile(report) ? "./kubelab check " + id + " --answers " + answers : "grade it again in the same way";
    }

    /** Whether the file with the answer has a name here that leads to it: not where only a part of its path is shown. */
    static boolean namesFile(Report report) {
        return !report.answers().startsWith(Answers.OUTSIDE);
    }

    /** @param file where the answer is written */
    public static String edit(String file, String id) {
        return "Next: edit " + file + ", then ./kubelab check " + id + "  (the task: ./kubelab explain " + id + ")";
    }
}
