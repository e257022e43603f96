package kubelab.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    private static final String LONG = "the wages of a scheduler are paid in Pods that fit, and in Pods that wait";

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void lines_are_broken_at_spaces_to_the_width() {
        assertThat(shown(40, LONG)).isEqualTo("""
                the wages of a scheduler are paid in
                  Pods that fit, and in Pods that wait
                """);
        assertThat(shown(40, "short", "")).isEqualTo("short\n\n");
        assertThat(shown(0, LONG)).isEqualTo(LONG + "\n");
    }

    @Test
    void what_follows_a_label_stays_in_its_column() {
        assertThat(shown(40, "      expected  " + LONG)).isEqualTo("""
                      expected  the wages of a scheduler
                                are paid in Pods that
                                fit, and in Pods that
                                wait
                """);
        assertThat(shown(24, "      expected  three Pods on one node"))
                .as("a column that would leave little")
                .isEqualTo("      expected  three\n      Pods on one node\n");
    }

    @Test
    void colours_take_no_room_and_long_words_and_commands_stay_whole() {
        String green = "\u001b[32m✓\u001b[0m " + "x".repeat(30);
        assertThat(shown(32, green)).isEqualTo(green + "\n");
        assertThat(shown(20, "x".repeat(50) + " y")).isEqualTo("x".repeat(50) + "\n  y\n");
        String command = "      see       kubectl -n lab-1 get pods -o wide --show-labels";
        assertThat(shown(40, command)).isEqualTo(command + "\n");
    }

    @Test
    void no_line_is_wider_than_any_terminal() {
        String text = "  · a word and " + LONG + " " + LONG + ", ✔ " + LONG;
        for (int columns = 20; columns < 120; columns++) {
            screen.reset();
            assertThat(shown(columns, text).lines()).as("at " + columns).allMatch(withinColumns(columns));
            assertThat(shown(columns, text).replaceAll("\\s+", "")).contains(text.replaceAll("\\s+", ""));
        }
    }

    @Test
    void a_terminal_without_the_marks_gets_plainer_ones() {
        PrintStream text = TerminalText.over(screen, StandardCharsets.US_ASCII, 80, () -> {});
        text.println("✔ gelöst … → ◐ ✗ · “größer” 日");
        assertThat(screen.toString(StandardCharsets.US_ASCII)).isEqualTo("+ gelost ... -> ~ x - \"grosser\" ?\n");
        screen.reset();
        TerminalText.over(screen, StandardCharsets.ISO_8859_1, 80, () -> {}).println("✔ gelöst ·");
        assertThat(screen.toString(StandardCharsets.ISO_8859_1)).isEqualTo("+ gelöst ·\n");
    }

    @Test
    void what_is_flushed_before_its_line_ends_is_shown_at_once() {
        PrintStream text = TerminalText.over(screen, StandardCharsets.UTF_8, 20, () -> {});
        text.print("\r\u001b[K… a step");
        text.flush();
        assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo("\r\u001b[K… a step");
    }

    @Test
    void a_progress_line_fits_in_its_terminal_and_is_gone_before_anything_else_is_printed() {
        for (int columns : List.of(40, 80, 200)) {
            screen.reset();
            Console console = console(screen, columns);
            console.progress().step("pods-1: " + LONG + ", " + LONG);
            console.progress().step("pods-2: " + LONG + ", " + LONG);
            String steps = screen.toString(StandardCharsets.UTF_8);
            assertThat(steps.split("\r\u001b\\[K")).allMatch(withinColumns(columns - 1)::test);
            console.out().println("A result");
            assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo(steps + "\r\u001b[KA result\n");
        }
    }

    private static java.util.function.Predicate<String> withinColumns(int columns) {
        return line -> line.codePointCount(0, line.length()) <= columns;
    }

    private static Console console(ByteArrayOutputStream screen, int columns) {
        return new Console(
                screen, screen, new Console.Ends(true, true, true, false, columns), Charset.forName("UTF-8"));
    }

    private String shown(int columns, String... lines) {
        screen.reset();
        PrintStream text = TerminalText.over(screen, StandardCharsets.UTF_8, columns, () -> {});
        for (String line : lines) {
            text.println(line);
        }
        return screen.toString(StandardCharsets.UTF_8);
    }
}
