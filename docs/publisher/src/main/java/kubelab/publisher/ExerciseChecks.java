package kubelab.publisher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kubelab.course.AnswerFeedback;
import kubelab.course.BrokenClauses;
import kubelab.course.BrokenClauses.Mark;
import kubelab.course.Clause;
import kubelab.course.CourseException;
import kubelab.course.CriterionSpec;
import kubelab.course.Exercise;
import kubelab.course.ExerciseAnswer;
import kubelab.course.SolutionSource;

/**
 * Holds the files of one exercise together: each clause of the task is judged by a criterion and broken by a wrong answer, by
 * one of them alone, each freedom is used by a right one, each criterion has a look, each wrong answer its feedback.
 */
final class ExerciseChecks {
    static final int WRONG_ANSWERS = 3;
    private static final int CHECK_LINES = 60;
    private static final Pattern TODO = Pattern.compile("(//|#) TODO");
    /** In the check's source: the publisher does not see the grader's classes. */
    private static final Pattern LOOK = Pattern.compile("\\.look\\(\\s*\"([^\"]+)\"");

    private final Sources sources;
    private final Exercise exercise;
    private final List<String> problems = new ArrayList<>();

    private ExerciseChecks(Sources sources, Exercise exercise) {
        this.sources = sources;
        this.exercise = exercise;
    }

    static List<String> problems(Sources sources, Exercise exercise) {
        ExerciseChecks checks = new ExerciseChecks(sources, exercise);
        try {
            checks.metadata();
            checks.check();
            checks.answers(ExerciseAnswer.read(sources.root(), exercise), sources.solution(exercise));
        } catch (PublishException | CourseException e) {
            checks.problems.add(String.valueOf(e.getMessage()));
        }
        return checks.problems;
    }

    private void metadata() {
        if (exercise.clauses().isEmpty()) problem("lists no clauses: what does the task ask for?");
        List<String> judged =
                exercise.criteria().stream().flatMap(c -> c.judges().stream()).toList();
        for (Clause clause : exercise.clauses())
            if (!judged.contains(clause.id())) problem("no criterion judges the clause " + clause.id());
        if (exercise.debrief().isEmpty()) problem("has no debrief: what happened, and why?");
        if (!TODO.matcher(sources.solution(exercise).starter(exercise.id())).find())
            problem("its starter has no TODO: put one into a \"starter:\" line of " + exercise.sourceFile());
    }

    private void check() {
        Path file = sources.root().resolve(Checks.checkFile(exercise.topic(), exercise.simpleName()));
        if (!Files.isRegularFile(file)) return; // said elsewhere
        String text = Sources.read(file);
        Set<String> looks = LOOK.matcher(text)
                .results()
                .map((MatchResult m) -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> criteria =
                exercise.criteria().stream().map(CriterionSpec::id).collect(Collectors.toCollection(TreeSet::new));
        for (String id : criteria)
            if (!looks.contains(id)) problem("the criterion " + id + " has no look in " + sources.relative(file));
        for (String id : looks)
            if (!criteria.contains(id))
                problem(sources.relative(file) + " looks for " + id + ", which is no criterion");
        long lines = text.lines().count();
        if (exercise.form().isDoneByHand() && lines > CHECK_LINES)
            problem(sources.relative(file) + " has " + lines + " lines; " + CHECK_LINES
                    + " are enough: what others may need, too, is for kubelab.grader.looks");
    }

    private void answers(List<ExerciseAnswer> answers, SolutionSource solution) {
        String file = sources.relative(ExerciseAnswer.file(sources.root(), exercise));
        long wrong = answers.stream().filter(a -> !a.isRight()).count();
        if (wrong < WRONG_ANSWERS)
            problem(WRONG_ANSWERS + " wrong answers or more are wanted in " + file + "; found " + wrong);
        for (Clause freedom : exercise.freedoms())
            if (answers.stream()
                    .noneMatch(a -> a.uses().filter(freedom.id()::equals).isPresent()))
                problem(file + ": no right answer uses the freedom " + freedom.id());
        for (ExerciseAnswer answer : answers) {
            try {
                answer.render(solution);
            } catch (CourseException e) {
                problem(file + ": " + answer.name() + ": " + e.getMessage());
            }
        }
        Path golden = AnswerFeedback.file(sources.root(), exercise);
        Map<String, String> recorded = AnswerFeedback.read(golden);
        Map<String, Map<String, Mark>> marks = new LinkedHashMap<>();
        for (ExerciseAnswer answer : answers) {
            String feedback = recorded.remove(answer.name());
            if (answer.isRight()) {
                if (feedback != null) problem(sources.relative(golden) + ": " + answer.name() + " is no wrong answer");
            } else if (feedback == null) {
                problem(sources.relative(golden) + ": no feedback is recorded for " + answer.name()
                        + "; run EmbeddedExercisesTest with -Dupdate -Dcase=" + exercise.id());
            } else {
                marks.put(answer.name(), marks(answer, feedback, golden));
                BrokenClauses.problems(exercise, answer, marks.get(answer.name()))
                        .forEach(text -> problem(file + ": " + text));
            }
        }
        for (String name : recorded.keySet()) problem(sources.relative(golden) + ": " + name + " is no wrong answer");
        BrokenClauses.unproven(exercise, answers, marks).forEach(text -> problem(file + ": " + text));
    }

    private Map<String, Mark> marks(ExerciseAnswer answer, String feedback, Path golden) {
        try {
            return AnswerFeedback.marks(exercise, feedback);
        } catch (CourseException e) {
            problem(sources.relative(golden) + ": " + answer.name() + ": " + e.getMessage());
            return Map.of();
        }
    }

    private void problem(String text) {
        problems.add(exercise.id() + ": " + text);
    }
}
