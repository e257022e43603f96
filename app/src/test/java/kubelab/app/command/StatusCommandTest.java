package kubelab.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import kubelab.cluster.ProcessIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusCommandTest {
    private static final String STALLED =
            "kube-scheduler: its watch of pods has not moved for 60 s although there is work";

    @TempDir
    Path home;

    private final PrintStream before = System.out;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void redirect() {
        System.setProperty("kubelab.home", home.toString());
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(before);
        System.clearProperty("kubelab.home");
    }

    @Test
    void a_part_that_stands_still_is_named_with_what_to_do() throws IOException {
        state(STALLED);
        assertThat(Kubelab.commandLine().execute("status")).isZero();
        assertThat(printed()).contains("  stalled     " + STALLED + "\n").contains("./kubelab down");
    }

    @Test
    void the_machine_readable_form_has_it_too() throws IOException {
        state(STALLED + "\nclock: timers has not moved for 70 s although there is work");
        Kubelab.commandLine().execute("status", "--format", "json");
        JsonNode stalled = new JsonMapper().readTree(printed()).get("stalled");
        assertThat(stalled.size()).isEqualTo(2);
        assertThat(stalled.get(0).asString()).isEqualTo(STALLED);
    }

    @Test
    void a_cluster_in_which_all_moves_has_no_such_line() throws IOException {
        state("");
        assertThat(Kubelab.commandLine().execute("status")).isZero();
        assertThat(printed()).doesNotContain("stalled");
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void state(String stalled) throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        Properties p = new Properties();
        p.setProperty("pid", Long.toString(self.pid()));
        p.setProperty("start", Long.toString(self.start()));
        p.setProperty("boot", self.boot());
        p.setProperty("host", self.host());
        p.setProperty("phase", "ready");
        p.setProperty("provider", "embedded");
        p.setProperty("description", "embedded, 1 node");
        p.setProperty("nodes", "server");
        p.setProperty("abilities", "");
        p.setProperty("since", Instant.now().toString());
        p.setProperty("stalled", stalled);
        StringWriter text = new StringWriter();
        p.store(text, null);
        Files.writeString(home.resolve("cluster.properties"), text.toString());
    }
}
