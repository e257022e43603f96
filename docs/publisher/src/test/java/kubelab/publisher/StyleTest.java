package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Everything that a learner reads keeps to docs/style.adoc. */
class StyleTest {
    private static final Path ROOT = Path.of(System.getProperty("kubelab.root", "../.."))
            .toAbsolutePath()
            .normalize();

    @TestFactory
    Stream<DynamicTest> texts_keep_to_the_style_page() throws Exception {
        Style style = Style.read(ROOT);
        return texts().map(file -> DynamicTest.dynamicTest(ROOT.relativize(file).toString(), () -> {
            List<String> findings = style.findings(Prose.of(file));
            assertThat(findings)
                    .as("see docs/style.adoc and docs/style-terms.txt")
                    .isEmpty();
        }));
    }

    @Test
    void a_word_to_replace_and_a_misspelt_one_are_found_where_they_are() throws Exception {
        Style style = Style.read(ROOT);
        List<Prose.Line> text = Prose.lines("a.adoc", """
                = Pods
                The kubelet starts it anew,
                so for
                ever is too long, and teh Pod waits.
                ----
                nobody reads listings, teh end
                ----
                `nobody` and link:teh.html[neither] are not words of ours.
                """);
        assertThat(style.findings(text))
                .containsExactly(
                        "a.adoc:2: \"anew\": better \"again\"",
                        "a.adoc:3: \"for ever\": better \"indefinitely\", \"until …\"",
                        "a.adoc:4: \"teh\" is in no dictionary: a slip, or a term for docs/style-terms.txt");
    }

    @Test
    void a_text_block_of_yaml_is_read_and_its_keys_are_not() throws Exception {
        List<Prose.Line> text = Prose.lines("x.yaml", """
                id: pods-1
                task: |
                  The Pod waits for `teh` server.
                """);
        assertThat(text).extracting(line -> line.words().strip()).containsExactly("|", "The Pod waits for   server.");
    }

    @Test
    void a_programs_messages_and_a_pictures_labels_are_read_and_their_code_is_not() throws Exception {
        Style style = Style.read(ROOT);
        assertThat(style.findings(Prose.lines("A.java", """
                        String nobody = get("anew", "the Pod is made anew each time");
                        String page = "<td class=\\"kl anew\\"> of the table anew";
                        """))).containsExactly("A.java:1: \"anew\": better \"again\"");
        assertThat(style.findings(Prose.lines("a.svg", "<text class=\"teh\" x=\"1\">teh Pod</text>")))
                .containsExactly("a.svg:1: \"teh\" is in no dictionary: a slip, or a term for docs/style-terms.txt");
    }

    /** What is held today; a chapter comes in when it has been moved into the new form. */
    private static Stream<Path> texts() throws Exception {
        List<String> held = Files.readAllLines(ROOT.resolve("docs/style-held.txt"));
        return held.stream().filter(l -> !l.isBlank() && !l.startsWith("#")).flatMap(StyleTest::expand);
    }

    private static Stream<Path> expand(String glob) {
        var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + ROOT + "/" + glob);
        try (Stream<Path> all = Files.walk(ROOT.resolve(glob.replaceAll("/?[^/]*\\*.*", "")))) {
            List<Path> found = all.filter(matcher::matches)
                    .filter(p -> !p.toString().contains("/target/"))
                    .sorted()
                    .toList();
            assertThat(found).as("files named by docs/style-held.txt: " + glob).isNotEmpty();
            return found.stream();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
