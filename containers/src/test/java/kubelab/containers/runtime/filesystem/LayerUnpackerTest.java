package kubelab.containers.runtime.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class LayerUnpackerTest {
    private final LayerUnpacker unpacker = new LayerUnpacker();

    @Test
    void upper_layer_replaces_adds_and_takes_away() throws IOException {
        unpacker.add(layer("bin/", "bin/tool=old", "etc/", "etc/kept=1", "etc/gone=1", "etc/dir/", "etc/dir/inner=1"));
        unpacker.add(layer("bin/tool=new", "etc/.wh.gone", "etc/.wh.dir", "etc/added=1"));
        ImageLayer files = unpacker.files();
        assertThat(files.list("etc")).containsExactly("added", "kept");
        assertThat(text(files, "bin/tool")).isEqualTo("new");
    }

    /** Only what is below is hidden, wherever the mark stands in its own layer. */
    @Test
    void opaque_mark_hides_what_lower_layers_have_and_nothing_of_its_own() throws IOException {
        unpacker.add(layer("data/", "data/old=1", "data/sub/", "data/sub/old=1", "data-too/", "data-too/stays=1"));
        unpacker.add(layer("data/new=1", "data/.wh..wh..opq", "data/sub/", "data/sub/new=1"));
        ImageLayer files = unpacker.files();
        assertThat(files.list("data")).containsExactly("new", "sub");
        assertThat(files.list("data/sub")).containsExactly("new");
        assertThat(files.list("data-too")).containsExactly("stays");
    }

    @Test
    void file_takes_the_place_of_a_directory() throws IOException {
        unpacker.add(layer("a/", "a/inner=1"));
        unpacker.add(layer("a=file"));
        assertThat(text(unpacker.files(), "a")).isEqualTo("file");
        assertThat(unpacker.files().list("a")).isEmpty();
    }

    @Test
    void links_and_names_that_lead_out_stay_inside() throws IOException {
        unpacker.add(layer("bin/tool=text", "bin/hard->>bin/tool", "../../etc/passwd=1", "./bin/soft->/bin/tool"));
        ImageLayer files = unpacker.files();
        assertThat(text(files, "bin/hard")).isEqualTo("text");
        assertThat(text(files, "etc/passwd")).isEqualTo("1");
        assertThat(files.list("bin")).containsExactly("hard", "soft", "tool");
        assertThat(files.list("")).containsExactly("bin", "etc");
    }

    @Test
    void what_is_no_archive_is_refused() {
        assertThatThrownBy(() -> unpacker.add("no archive at all, and longer than one record of a tar archive. "
                        .repeat(20)
                        .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    private static String text(ImageLayer files, String path) {
        return new String(files.entry(path).bytes(), StandardCharsets.UTF_8);
    }

    /** {@code dir/}, {@code file=text}, {@code name->target}, {@code name->>same file}; compressed. */
    private static byte[] layer(String... members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (String member : members) {
                put(tar, member);
            }
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String member) throws IOException {
        if (member.contains("->")) {
            boolean hard = member.contains("->>");
            String[] parts = member.split("->>?", 2);
            TarArchiveEntry link = new TarArchiveEntry(parts[0], hard ? TarConstants.LF_LINK : TarConstants.LF_SYMLINK);
            link.setLinkName(parts[1]);
            tar.putArchiveEntry(link);
        } else {
            String[] parts = member.split("=", 2);
            byte[] content = parts.length > 1 ? parts[1].getBytes(StandardCharsets.UTF_8) : new byte[0];
            TarArchiveEntry entry = new TarArchiveEntry(parts[0]);
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
        }
        tar.closeArchiveEntry();
    }
}
