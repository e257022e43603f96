package kubelab.containers.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every construct and command gives what the real busybox gave: see {@link ParityRecorder} for how that was recorded. */
class ShellParityTest {
    private static Node node;
    private static RuntimeContainer container;

    @BeforeAll
    static void start() throws Exception {
        node = new Node();
        container = node.start(node.pod("busybox"), "busybox:1.36", "sleep", "36000");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    static List<ParityCases.Case> cases() {
        return ParityCases.load().cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void script_does_what_the_real_busybox_did(ParityCases.Case each) throws Exception {
        Node.Result result = Node.exec(container, "sh", "-c", ParityRecorder.wrapped(each));
        assertThat(result.stdout()).as("stdout of %s", each.script()).isEqualTo(each.stdout());
        assertThat(result.stderr()).as("stderr of %s", each.script()).isEqualTo(each.stderr());
        assertThat(result.code()).as("exit code of %s", each.script()).isEqualTo(each.exit());
    }
}
