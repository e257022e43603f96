package kubelab.course;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExerciseRangeTest {
    @Test
    void three_or_more_in_a_row_are_named_by_their_ends() {
        assertThat(ExerciseRange.of(List.of("pods-1", "pods-2", "pods-3", "pods-5", "scheduler-1", "scheduler-2")))
                .isEqualTo("pods-1 to pods-3, pods-5, scheduler-1, scheduler-2");
        assertThat(ExerciseRange.of(List.of("pods-9", "pods-10", "pods-11", "services-12")))
                .isEqualTo("pods-9 to pods-11, services-12");
        assertThat(ExerciseRange.of(List.of())).isEmpty();
    }
}
