package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kubelab.course.Exercise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    @TempDir
    private Path state;

    @Test
    void the_best_result_is_kept_and_says_which_way_it_came() {
        Progress progress = Progress.open(state);
        progress.record(result(Outcome.FAIL, 4), Instant.EPOCH, new Answers.Folder(Path.of("labs")));
        progress.record(result(Outcome.PASS, 10), Instant.EPOCH, new Answers.Notebook(Path.of("09-pods.ipynb")));
        progress.record(result(Outcome.FAIL, 0), Instant.EPOCH, new Answers.Notebook(Path.of("09-pods.ipynb")));
        progress.record(result(Outcome.PASS, 10), Instant.EPOCH, new Answers.Folder(Path.of("solutions")));
        assertThat(Progress.open(state).best("pods-1")).hasValueSatisfying(best -> {
            assertThat(best.by()).isEqualTo("notebook");
            assertThat(best.points()).isEqualTo(10);
            assertThat(best.outcome()).isEqualTo("PASS");
        });
        assertThat(Progress.open(state).best("pods-2")).isEmpty();
    }

    @Test
    void our_own_faults_and_a_damaged_file_count_for_nothing() throws Exception {
        Progress progress = Progress.open(state);
        progress.record(result(Outcome.UNGRADABLE, 0), Instant.EPOCH, new Answers.Folder(Path.of("labs")));
        assertThat(progress.best("pods-1")).isEmpty();
        Files.writeString(state.resolve("progress.json"), "{ half");
        assertThat(progress.best("pods-1")).isEmpty();
        progress.record(result(Outcome.FAIL, 3), Instant.EPOCH, new Answers.Folder(Path.of("labs")));
        assertThat(progress.best("pods-1"))
                .hasValueSatisfying(b -> assertThat(b.points()).isEqualTo(3));
    }

    @Test
    void threads_of_one_process_wait_for_each_other() {
        List<CompletableFuture<Void>> writers = Stream.of("labs", "mine", "yours", "theirs")
                .map(by -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 20; i++) {
                        Progress.open(state)
                                .record(result(Outcome.FAIL, 1), Instant.EPOCH, new Answers.Folder(Path.of(by)));
                    }
                }))
                .toList();
        assertThat(writers).allSatisfy(w -> assertThat(w).succeedsWithin(Duration.ofSeconds(20)));
    }

    private static ExerciseResult result(Outcome outcome, int points) {
        Exercise exercise = MadeUpExercises.of("pods-1", "kubelab.labs.pods.X", "X", Exercise.Form.STATE);
        return new ExerciseResult(exercise, outcome, points, 10, List.of(), "", "", "", false, "", 1, Duration.ZERO);
    }
}
