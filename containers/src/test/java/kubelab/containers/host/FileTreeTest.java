package kubelab.containers.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
    @TempDir
    private Path folder;

    @Test
    void a_folder_goes_with_all_that_is_in_it() throws IOException {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/b/file"), "text");
        FileTree.delete(tree);
        assertThat(tree).doesNotExist();
        FileTree.delete(tree);
        assertThat(FileTree.tryDelete(tree)).as("one that is not there").isTrue();
    }

    @Test
    void what_a_link_names_stays() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Path file = Files.writeString(other.resolve("file"), "text");
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), other);
        Files.createSymbolicLink(tree.resolve("dangling"), folder.resolve("nowhere"));
        FileTree.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(file).exists();
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        FileTree.delete(dangling);
        assertThat(Files.isSymbolicLink(dangling)).isFalse();
    }

    @Test
    void two_may_delete_it_at_once() throws Exception {
        Path tree = folder.resolve("tree");
        for (int i = 0; i < 300; i++) {
            Files.createDirectories(tree.resolve("a" + i + "/b"));
            Files.writeString(tree.resolve("a" + i + "/b/file"), "text");
        }
        AtomicBoolean gone = new AtomicBoolean();
        Thread other = DaemonThreads.start("other", () -> gone.set(FileTree.tryDelete(tree)));
        FileTree.delete(tree);
        other.join();
        assertThat(gone).isTrue();
        assertThat(tree).doesNotExist();
    }
}
