package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static final int ALL = Integer.MAX_VALUE;

    private record Answer(String exercise, String name) {}

    private static final List<Answer> PODS = answers("pods-2");

    @Test
    void without_a_number_everything_is_graded() {
        assertThat(taken(Sample.everything(), PODS)).isEqualTo(PODS);
        assertThat(taken(new Sample(1, "a", List.of("pods-2"), 3), PODS))
                .as("the nightly run")
                .isEqualTo(PODS);
    }

    @Test
    void a_sample_is_about_its_part_and_another_one_for_another_commit() {
        assertThat(taken(untouched("a"), PODS)).hasSizeBetween(30, 70);
        assertThat(taken(untouched("a"), PODS)).isEqualTo(taken(untouched("a"), PODS));
        assertThat(taken(untouched("a"), PODS)).isNotEqualTo(taken(untouched("b"), PODS));
    }

    @Test
    void over_many_commits_each_answer_but_the_solution_has_its_turn() {
        Set<Answer> ever = new HashSet<>();
        for (int commit = 0; commit < 40; commit++) {
            ever.addAll(taken(untouched("commit" + commit), PODS));
        }
        assertThat(ever).hasSize(PODS.size() - 1).doesNotContain(new Answer("pods-2", "solution"));
    }

    @Test
    void what_a_change_touches_is_graded_whole() {
        Sample sample = new Sample(1000, "a", List.of("pods-1", "services"), ALL);
        for (String touched : List.of("pods-1", "services-7")) {
            assertThat(taken(sample, answers(touched))).isEqualTo(answers(touched));
        }
        assertThat(taken(sample, answers("pods-11"))).hasSizeLessThan(5);
    }

    @Test
    void of_too_much_that_is_touched_a_run_takes_so_many_and_over_many_commits_all() {
        List<Answer> all = new ArrayList<>(answers("pods-1"));
        all.addAll(answers("services-7"));
        all.addAll(PODS);
        Set<Answer> ever = new HashSet<>();
        for (int commit = 0; commit < 60; commit++) {
            Sample sample = new Sample(1000, "commit" + commit, List.of("pods-1", "services"), 60);
            List<Answer> taken = taken(sample, all);
            assertThat(taken).isEqualTo(taken(sample, all));
            assertThat(taken).filteredOn(a -> !a.exercise().equals("pods-2")).hasSize(60);
            ever.addAll(taken);
        }
        assertThat(ever).containsAll(answers("pods-1")).containsAll(answers("services-7"));
        assertThat(taken(new Sample(1000, "a", List.of("pods-1"), PODS.size()), answers("pods-1")))
                .as("as many as there is time for")
                .hasSize(PODS.size());
    }

    private static Sample untouched(String seed) {
        return new Sample(4, seed, List.of("pods-1"), ALL);
    }

    private static List<Answer> answers(String exercise) {
        List<Answer> answers = new ArrayList<>(List.of(new Answer(exercise, "solution")));
        IntStream.range(1, 200).forEach(i -> answers.add(new Answer(exercise, "answer-" + i)));
        return answers;
    }

    private static List<Answer> taken(Sample sample, List<Answer> all) {
        return sample.of(all, Answer::exercise, Answer::name);
    }
}
