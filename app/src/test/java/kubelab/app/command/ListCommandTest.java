package kubelab.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import kubelab.app.console.TerminalText;
import kubelab.app.workspace.Workspace;
import org.junit.jupiter.api.Test;

class ListCommandTest {
    @Test
    void the_list_fits_in_its_terminal() {
        var exercises = Workspace.course().exercises();
        for (int columns : List.of(40, 60, 80, 110, 160)) {
            ByteArrayOutputStream screen = new ByteArrayOutputStream();
            String list = ListCommand.text(exercises, e -> Optional.empty(), columns);
            PrintStream text = TerminalText.over(screen, StandardCharsets.UTF_8, columns, () -> {});
            text.print(list);
            text.flush();
            assertThat(screen.toString(StandardCharsets.UTF_8).lines())
                    .as("at " + columns)
                    .allMatch(line -> line.codePointCount(0, line.length()) <= columns);
            assertThat(list).contains(exercises.get(0).id(), "not begun");
        }
    }
}
