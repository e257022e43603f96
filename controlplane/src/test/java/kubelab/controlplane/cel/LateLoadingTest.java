package kubelab.controlplane.cel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A cluster without rules loads nothing of CEL; {@link ClusterWithAndWithoutRules} is run in a process of its own. */
class LateLoadingTest {
    @Test
    void cel_is_loaded_with_the_first_rule() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClusterWithAndWithoutRules.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        List<String> other = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> now = before;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(ClusterWithAndWithoutRules.MARK)) {
                    now = after;
                } else if (line.contains(" dev.cel.") || line.contains(" kubelab.controlplane.cel.")) {
                    if (!line.contains("ClusterWithAndWithoutRules")) {
                        now.add(line);
                    }
                } else if (!line.contains("[class,load]")) {
                    other.add(line);
                }
            }
        } finally {
            process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
        assertThat(before).as("classes before the first rule").isEmpty();
        assertThat(after)
                .as("classes with the first rule; the process said %s", other)
                .isNotEmpty();
    }
}
