package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.check.Checks;
import kubelab.grader.check.Criterion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {
    @TempDir
    private Path folder;

    static List<Exercise> exercises() {
        return Catalogue.load(Cases.ROOT).exercises();
    }

    @ParameterizedTest
    @CsvSource({"pod-1,pods-1", "Pods1,pods-1", "posd-3,pods-3", "TwoContainers,pods-1"})
    void a_misspelt_name_is_answered_with_what_was_probably_meant(String typed, String meant) {
        assertThatThrownBy(() -> Catalogue.load(Cases.ROOT).get(typed))
                .hasMessageEndingWith("Did you mean " + meant + "?");
        assertThatThrownBy(() -> Catalogue.load(Cases.ROOT).get("nonsense")).hasMessageContaining("There are: ");
    }

    @Test
    void a_chapters_name_stands_for_its_exercises() {
        assertThat(Catalogue.load(Cases.ROOT).named("pods"))
                .extracting(Exercise::id)
                .containsExactly("pods-1", "pods-2", "pods-3", "pods-4", "pods-5");
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void metadata_and_check_agree(Exercise exercise) {
        List<Criterion> criteria = Checks.create(exercise).criteria();
        assertThat(criteria.stream().mapToInt(Criterion::points).sum())
                .as("points of the criteria of " + exercise.id())
                .isEqualTo(exercise.points());
        Set<String> earlier = new HashSet<>();
        for (Criterion criterion : criteria) {
            assertThat(earlier).as("needs of " + criterion.id()).containsAll(criterion.needs());
            assertThat(earlier.add(criterion.id()))
                    .as("id " + criterion.id() + " is new")
                    .isTrue();
            assertThat(criterion.hint()).as("hint of " + criterion.id()).isBetween(1, 3);
            // a component may be asked directly, which no kubectl command shows
            if (exercise.form() != Exercise.Form.COMPONENT) {
                assertThat(criterion.command())
                        .as("command of " + criterion.id())
                        .isNotEmpty();
            }
        }
        assertThat(criteria).as("hidden criteria of " + exercise.id()).anyMatch(Criterion::hidden);
        assertThat(Path.of("src/test/answers", exercise.id()))
                .as("wrong answers of " + exercise.id())
                .isDirectory();
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void starter_and_solution_compile_and_are_short(Exercise exercise) throws Exception {
        var compiler = new AnswerCompiler(Cases.ROOT, AnswerClassPath.find());
        for (Cases one : List.of(Cases.starter(exercise, folder), Cases.solution(exercise))) {
            Path target = Files.createTempDirectory(folder, "classes");
            assertThat(compiler.compile(new Answers.Folder(one.folder()), exercise, target)
                            .mainClass())
                    .isEqualTo(exercise.className());
        }
        List<String> lines =
                Files.readAllLines(Cases.ROOT.resolve("solutions/src/main/java").resolve(exercise.sourceFile()));
        assertThat(lines).as("lines of " + exercise.className()).hasSizeLessThanOrEqualTo(80);
        assertThat(lines.stream().filter(l -> l.contains("// tag::solution[]")).count())
                .as("gaps of " + exercise.className())
                .isBetween(1L, 3L);
    }

    @Test
    void rules_that_change_what_all_share_need_a_private_cluster() throws Exception {
        Path labs = Files.createDirectories(folder.resolve("solutions/src/main/resources/kubelab/labs/probes"));
        String metadata = """
                id: probes-1
                class: kubelab.labs.probes.Probe
                title: A probe
                form: state
                points: 10
                minutes: 1
                task: none
                hints: [one, two, three]
                clusterRules: [{apiGroups: [""], resources: [nodes], verbs: [VERB]}]
                """;
        Files.writeString(labs.resolve("probes-1.yaml"), metadata.replace("VERB", "list"));
        assertThat(Catalogue.load(folder).get("probes-1").cluster()).isEqualTo(Exercise.Sharing.SHARED);
        Files.writeString(labs.resolve("probes-1.yaml"), metadata.replace("VERB", "patch"));
        assertThatThrownBy(() -> Catalogue.load(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster: private");
    }

    @Test
    void an_unknown_id_is_answered_with_those_that_exist() {
        assertThatThrownBy(() -> Catalogue.load(Cases.ROOT).get("pods-99"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pods-99")
                .hasMessageContaining("pods-1");
    }
}
