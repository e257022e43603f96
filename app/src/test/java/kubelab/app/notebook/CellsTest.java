package kubelab.app.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CellsTest {
    private final Cells cells = new Cells(System.getProperty("java.class.path"));

    @AfterEach
    void close() {
        cells.close();
    }

    @Test
    void later_cells_see_what_earlier_ones_defined() {
        assertThat(cells.run("int a = 20;\nint twice(int n) {\n  return 2 * n;\n}")
                        .error())
                .isEmpty();
        assertThat(cells.run("twice(a) + 2").value()).contains("42");
    }

    @Test
    void an_exception_ends_its_cell_only() {
        Cells.Outcome broken = cells.run("int before = 1;\nint zero = 0;\nint x = 1 / zero;\nint after = 2;");
        assertThat(broken.error()).contains("java.lang.ArithmeticException").contains("/ by zero");
        assertThat(cells.run("before").value()).contains("1");
        assertThat(cells.run("after").error())
                .as("what came after the exception")
                .contains("cannot find symbol");
    }

    @Test
    void a_value_that_cannot_say_what_it_is_ends_its_cell_only() {
        Cells.Outcome mute = cells.run("class Mute { public String toString() { return null; } }\nnew Mute()");
        assertThat(mute.value()).isEmpty();
        assertThat(mute.error()).as("what jshell makes of it").contains("JShell could not go on");
        assertThat(cells.run("1 + 1").value()).contains("2");
    }

    @Test
    void a_compiler_message_shows_the_line() {
        assertThat(cells.run("int a = 1;\nString s = a;").error())
                .contains("incompatible types")
                .contains("String s = a;");
    }

    @Test
    void a_class_that_names_what_is_not_there_is_an_error() {
        assertThat(cells.run("class Answer { Missing field; }").error()).contains("Missing");
    }

    @Test
    void an_unfinished_cell_is_an_error() {
        assertThat(cells.run("int f() {\n  return 1;").error()).isNotEmpty();
    }

    @Test
    void an_endless_loop_is_stopped_and_said_to_be() {
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(cells::stop);
        long begin = System.nanoTime();
        assertThat(cells.run("while (true) { Thread.sleep(10); }").error()).contains("stopped");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(cells.run("1 + 1").value()).contains("2");
    }

    @Test
    void the_start_up_script_compiles() throws Exception {
        assertThat(cells.run(NotebookProcess.startup()).error()).isEmpty();
    }
}
