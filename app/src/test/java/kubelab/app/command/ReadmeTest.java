package kubelab.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/** The README shows what the program prints; {@code -Dupdate} writes it anew. */
class ReadmeTest {
    private static final String START = "<!-- usage: written by ReadmeTest -Dupdate -->\n";
    private static final String END = "<!-- /usage -->";

    @Test
    void usage_in_the_readme_is_what_the_program_prints() throws IOException {
        Path readme = Path.of(System.getProperty("kubelab.root", ".."), "README.md");
        String text = Files.readString(readme);
        int from = text.indexOf(START) + START.length();
        int to = text.indexOf(END);
        String usage = "```\n$ ./kubelab --help\n"
                + Kubelab.commandLine().setUsageHelpAutoWidth(false).getUsageMessage(Ansi.OFF)
                + "```\n";
        if (System.getProperty("update") != null) {
            Files.writeString(readme, text.substring(0, from) + usage + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("usage in README.md; write it with: ./mvnw test -pl app -am -Dtest=ReadmeTest -Dupdate"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(usage);
    }
}
