package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static final List<String> ANSWERS =
            IntStream.range(0, 200).mapToObj(i -> "answer-" + i).toList();

    @Test
    void without_a_number_everything_is_graded() {
        Sample all = new Sample(1, "", List.of());
        assertThat(ANSWERS).allMatch(answer -> all.takes("pods-1", answer));
        assertThat(all.takes("pods-1", "solution")).isTrue();
    }

    @Test
    void a_sample_is_about_its_part_and_another_one_for_another_commit() {
        assertThat(taken(new Sample(4, "a", List.of()))).hasSizeBetween(30, 70);
        assertThat(taken(new Sample(4, "a", List.of()))).isEqualTo(taken(new Sample(4, "a", List.of())));
        assertThat(taken(new Sample(4, "a", List.of()))).isNotEqualTo(taken(new Sample(4, "b", List.of())));
    }

    @Test
    void over_many_commits_each_answer_has_its_turn() {
        Set<String> ever = new HashSet<>();
        for (int commit = 0; commit < 40; commit++) {
            ever.addAll(taken(new Sample(4, "commit" + commit, List.of())));
        }
        assertThat(ever).containsAll(ANSWERS);
    }

    @Test
    void what_a_change_touches_is_graded_whole() {
        Sample sample = new Sample(1000, "a", List.of("pods-1", "services"));
        assertThat(ANSWERS).allMatch(answer -> sample.takes("pods-1", answer));
        assertThat(ANSWERS).allMatch(answer -> sample.takes("services-7", answer));
        assertThat(sample.takes("pods-1", "solution")).isTrue();
        assertThat(sample.takes("pods-11", "solution")).isFalse();
    }

    private static Set<String> taken(Sample sample) {
        Set<String> taken = new HashSet<>(ANSWERS);
        taken.removeIf(answer -> !sample.takes("pods-2", answer));
        return taken;
    }
}
