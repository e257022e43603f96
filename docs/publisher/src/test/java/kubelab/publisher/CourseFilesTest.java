package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kubelab.course.Chapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The course in this repository: everything agrees and nothing generated is stale. With {@code -Dupdate} it writes
 * instead, as {@code kubelab author update} does.
 */
class CourseFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("kubelab.root", "../.."));

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Author author = new Author(ROOT, new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void nothing_that_is_generated_is_stale() {
        int code = System.getProperty("update") == null ? author.check(false) : author.update();
        assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isZero();
    }

    @Test
    void handbook_and_slides_are_made_from_every_chapter(@TempDir Path out) throws Exception {
        assertThat(author.handbook(out))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();
        for (Chapter chapter : new Sources(ROOT).chapters()) {
            assertThat(Files.readString(out.resolve("handbook.html"))).contains(">" + chapter.title() + "<");
            assertThat(Files.readString(ROOT.resolve("docs/slides.adoc")))
                    .contains("chapters/" + chapter.id() + ".adoc[tags=slides]");
        }
    }
}
