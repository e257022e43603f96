package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the sources call simplified, and the tests that the fidelity page names. {@code -Dupdate} writes the page anew. */
class FidelityTest {
    private static final Path ROOT = Path.of(System.getProperty("kubelab.root", ".."));
    private static final List<String> MODULES = List.of("controlplane", "containers");
    private static final Path PAGE = ROOT.resolve("docs/fidelity.adoc");
    private static final String START = "// simplified: written by FidelityTest -Dupdate\n";
    private static final String END = "// /simplified";
    /** From the word to the end of the comment, of the paragraph, or to the next note. */
    private static final Pattern NOTE = Pattern.compile(
            "Simplified: (.*?)(?=\\*/|\\n\\s*\\*\\s*\\n|\\n\\s*\\* (@|<p>)|\\n\\s*[^*/\\s]|Source:)", Pattern.DOTALL);

    @Test
    void page_lists_what_the_sources_call_simplified() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(START) + START.length();
        int to = page.indexOf(END);
        String table = table();
        if (System.getProperty("update") != null) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
            return;
        }
        assertThat(page.substring(from, to))
                .as("docs/fidelity.adoc; write it with: ./mvnw test -pl controlplane -Dtest=FidelityTest -Dupdate")
                .isEqualTo(table);
    }

    @Test
    void tests_that_the_page_names_exist() throws IOException {
        List<String> known = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/test/java"))) {
                files.map(file -> file.getFileName().toString().replace(".java", ""))
                        .forEach(known::add);
            }
        }
        List<String> named = new ArrayList<>();
        Matcher test = Pattern.compile("`(\\w+(?:Test|[a-z]IT))`").matcher(Files.readString(PAGE));
        while (test.find()) {
            named.add(test.group(1));
        }
        assertThat(named).as("tests named in docs/fidelity.adoc").isNotEmpty().isSubsetOf(known);
    }

    private static String table() throws IOException {
        var rows = new TreeMap<String, String>();
        for (String module : MODULES) {
            add(rows, ROOT.resolve(module + "/src/main/java/kubelab/" + module), module);
        }
        return rows.entrySet().stream()
                .map(row -> "|`" + row.getKey() + "` |" + row.getValue() + "\n")
                .collect(Collectors.joining("", "[cols=\"1,2\"]\n|===\n|Where |What\n\n", "|===\n"));
    }

    /** A place in the control plane is named from its package on, one in another module with the module's name. */
    private static void add(TreeMap<String, String> rows, Path sources, String module) throws IOException {
        String prefix = module.equals("controlplane") ? "" : module + ".";
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            Matcher note = NOTE.matcher(Files.readString(file));
            while (note.find()) {
                String place = prefix
                        + sources.relativize(file)
                                .toString()
                                .replace(".java", "")
                                .replace('\\', '/')
                                .replace('/', '.');
                rows.merge(place, plain(note.group(1)), (one, other) -> one + " " + other);
            }
        }
    }

    /** A comment's text without its stars, links and line ends. */
    private static String plain(String comment) {
        String text = comment.replaceAll("\\n\\s*(\\*|//)\\s*", " ")
                .replaceAll("\\{@(?:link|code|value) #?([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .strip()
                .replace("|", "\\|");
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }
}
