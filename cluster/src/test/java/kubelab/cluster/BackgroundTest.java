package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundTest {
    /** The owner as the program starts it, without the program. */
    static final class OwnerMain {
        public static void main(String[] args) throws Exception {
            ClusterSpec spec =
                    args[1].equals("bad") ? ClusterSpec.embedded().withImage("none") : ClusterSpec.embedded();
            Duration idle = Duration.ofMillis(Long.parseLong(args[2]));
            System.exit(
                    new ClusterDaemon(new Home(Path.of(args[0])), spec, idle, Long.parseLong(args[3]), Optional.empty())
                            .run());
        }
    }

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private Background background() {
        return new Background(new Home(folder.resolve("home")));
    }

    private List<String> owner(String kind, long idleMillis) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OwnerMain.class.getName(),
                folder.resolve("home").toString(),
                kind,
                Long.toString(idleMillis));
    }

    @AfterEach
    void down() {
        background().stop(Progress.SILENT);
    }

    @Test
    void two_commands_at_once_get_the_same_cluster_and_down_ends_it() {
        List<CompletableFuture<Cluster>> both = List.of(
                CompletableFuture.supplyAsync(
                        () -> background().attachOrStart(owner("good", 0), LIMIT, Progress.SILENT)),
                CompletableFuture.supplyAsync(
                        () -> background().attachOrStart(owner("good", 0), LIMIT, Progress.SILENT)));
        try (Cluster one = both.get(0).join();
                Cluster other = both.get(1).join()) {
            assertThat(one.kubeconfig()).isEqualTo(other.kubeconfig());
            assertThat(one.nodes()).containsExactly("server");
            String namespace = one.newNamespace("seen-by-both");
            assertThat(other.client().namespaces().withName(namespace).get()).isNotNull();
        }
        ProcessHandle process = ProcessHandle.of(
                        background().state().orElseThrow().owner().pid())
                .orElseThrow();
        assertThat(permissions("home")).isEqualTo("rwx------");
        assertThat(permissions("home/kubeconfig")).isEqualTo("rw-------");
        assertThat(background().stop(Progress.SILENT)).isTrue();
        assertThat(process.isAlive()).isFalse();
        assertThat(background().attach()).isEmpty();
        assertThat(background().kubeconfig()).doesNotExist();
    }

    @Test
    void an_owner_that_was_killed_is_noticed_and_replaced() {
        background().attachOrStart(owner("good", 0), LIMIT, Progress.SILENT).close();
        ProcessHandle first = ProcessHandle.of(
                        background().state().orElseThrow().owner().pid())
                .orElseThrow();
        first.destroyForcibly();
        first.onExit().join();
        assertThat(background().attach()).as("a killed owner's cluster").isEmpty();
        try (Cluster again = background().attachOrStart(owner("good", 0), LIMIT, Progress.SILENT)) {
            assertThat(again.client().nodes().list().getItems()).hasSize(1);
        }
    }

    @Test
    void a_cluster_that_nobody_uses_ends() {
        background().attachOrStart(owner("good", 500), LIMIT, Progress.SILENT).close();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(background().state()).isEmpty());
    }

    @Test
    void what_goes_wrong_in_the_owner_is_told_to_the_command_that_waits() {
        assertThatThrownBy(() -> background().attachOrStart(owner("bad", 0), LIMIT, Progress.SILENT))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("has no image");
        assertThat(background().state()).isEmpty();
    }

    @Test
    void a_state_file_that_makes_no_sense_is_as_good_as_none() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(folder.resolve("home").resolve(BackgroundState.FILE), "pid=what\n");
        assertThat(background().state()).isEmpty();
        background().cleanUp();
        assertThat(folder.resolve("home").resolve(BackgroundState.FILE)).doesNotExist();
    }

    private String permissions(String file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
