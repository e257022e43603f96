package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of CONTRIBUTING.md that says what is where names files that are there. */
class WhereIsTest {
    private static final Path ROOT = Path.of(System.getProperty("kubelab.root", ".."));
    private static final Path CONTROL_PLANE = ROOT.resolve("controlplane/src/main/java/kubelab/controlplane");
    private static final Pattern PATH = Pattern.compile("`([\\w./-]+/[\\w.-]*)`");

    @Test
    void every_place_exists() throws IOException {
        String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        String table = page.substring(page.indexOf("| question | place |"), page.indexOf("All prose keeps to"));
        List<String> missing = new ArrayList<>();
        Matcher path = PATH.matcher(table);
        int found = 0;
        while (path.find()) {
            found++;
            boolean there = Files.exists(ROOT.resolve(path.group(1)));
            if (!there
                    && !Files.exists(
                            CONTROL_PLANE.resolve(path.group(1).replaceFirst("package-info$", "package-info.java")))) {
                missing.add(path.group(1));
            }
        }
        assertThat(found).as("places in the table").isGreaterThan(10);
        assertThat(missing).isEmpty();
    }
}
