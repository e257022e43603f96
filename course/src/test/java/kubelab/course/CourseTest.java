package kubelab.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CourseTest {
    private static final String METADATA = """
            id: config-maps-3
            class: kubelab.labs.configmaps.LiveUpdate
            title: A live update
            form: state
            stars: 2
            minutes: 15
            needs: [nodes(3), cluster-scope]
            task: Do it.
            hints: [one, two, three]
            """;
    private static final String CRITERIA = "criteria: [{id: a, title: A, points: 10, hint: 1}]\n";
    private static final String FILE = "solutions/src/main/resources/kubelab/labs/configmaps/config-maps-3.yaml";

    @TempDir
    private Path root;

    @Test
    void a_topic_of_several_words_is_the_same_for_its_chapter_its_exercises_and_its_claims() throws Exception {
        write(FILE, METADATA + CRITERIA);
        write("docs/chapters/11-config-maps.adoc", "= Config maps\n:description: Settings\n");
        write("docs/claims.yaml", """
                claims:
                  - {id: C40, section: config-maps, claim: c, verdict: N, shows: s, caveat: v, proof: kubelab.claims.C40, falsifier: f}
                """);
        Course course = Course.load(root);
        Chapter chapter = course.chapters().get(0);
        assertThat(chapter.topic()).isEqualTo("config-maps");
        assertThat(chapter.isCalled("config-maps")).isTrue();
        assertThat(course.exercises(chapter)).extracting(Exercise::id).containsExactly("config-maps-3");
        assertThat(course.claims(chapter)).extracting(Claim::verdict).containsExactly(Claim.Verdict.N);
        for (String name : List.of("config-maps", "configmaps", "config-maps-3"))
            assertThat(course.named(name)).extracting(Exercise::topic).containsExactly("config-maps");
        assertThat(course.get("config-maps-3").nodes()).isEqualTo(3);
        assertThat(course.get("config-maps-3").sourceFile()).isEqualTo("kubelab/labs/configmaps/LiveUpdate.java");
        assertThat(TopicPackage.checks("config-maps")).isEqualTo("kubelab.grader.checks.configmaps");
    }

    @Test
    void chapters_are_learnt_by_their_numbers_and_each_after_those_that_it_needs() throws Exception {
        write("docs/chapters/04-scheduler.adoc", "= The scheduler\n:description: d\n:after: pods\n");
        write("docs/chapters/09-pods.adoc", "= Pods\n:description: d\n");
        write("docs/chapters/10-services.adoc", "= Services\n:description: d\n:after: pods\n");
        assertThat(Course.load(root).chapters())
                .extracting(Chapter::topic)
                .containsExactly("pods", "scheduler", "services");
        write("docs/chapters/09-pods.adoc", "= Pods\n:description: d\n:after: services, scheduler\n");
        assertThatThrownBy(() -> Course.load(root))
                .isInstanceOf(CourseException.class)
                .hasMessageContaining("':after:' one another: scheduler, pods, services");
        write("docs/chapters/09-pods.adoc", "= Pods\n:description: d\n:after: nodes\n");
        assertThatThrownBy(() -> Course.load(root))
                .isInstanceOf(CourseException.class)
                .hasMessageContaining("docs/chapters/09-pods.adoc: ':after: nodes' is no chapter's topic");
    }

    @Test
    void a_claim_says_what_is_shown_and_one_that_is_not_quite_true_has_a_caveat() throws Exception {
        String claim = "claims:\n  - {id: C40, section: a, claim: c, verdict: %s, proof: p.C40, falsifier: f%s}\n";
        for (String[] wrong : new String[][] {
            {"T", "", "C40: 'shows' is missing or no text"},
            {"F", ", shows: s", "C40: 'caveat' is missing or no text"},
            {"O", ", shows: s", "C40: 'caveat' is missing or no text"},
            {"T", ", shows: s, caveat: v", "C40: a true claim has no caveat; its verdict may be N"}
        }) {
            write("docs/claims.yaml", claim.formatted(wrong[0], wrong[1]));
            assertThatThrownBy(() -> Course.load(root))
                    .isInstanceOf(CourseException.class)
                    .hasMessageContaining(wrong[2]);
        }
        write("docs/claims.yaml", claim.formatted("F", ", shows: A `Pod` stays *gone*., caveat: v"));
        assertThat(Course.load(root).claims())
                .extracting(Claim::shown, Claim::caveat)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("A Pod stays gone.", "v"));
    }

    @Test
    void the_glossary_knows_a_word_in_each_of_its_forms_and_each_form_once() throws Exception {
        write("docs/glossary.yaml", """
                terms:
                  - {term: Init container, also: [init containers], words: It runs first., chapter: pods}
                """);
        Term term = Course.load(root).terms().get(0);
        assertThat(term.id()).isEqualTo("init-container");
        assertThat(term.isCalled("Init containers") && term.isCalled("init container"))
                .isTrue();
        assertThat(term.isCalled("container")).isFalse();
        write("docs/glossary.yaml", """
                terms:
                  - {term: Pod, also: [Pods], words: w, chapter: pods}
                  - {term: pods, words: w, chapter: pods}
                """);
        assertThatThrownBy(() -> Course.load(root)).hasMessageContaining("pods: pods is there twice");
    }

    @Test
    void two_topics_with_one_package_are_refused() throws Exception {
        write("docs/chapters/11-config-maps.adoc", "= A\n:description: a\n");
        write("docs/chapters/12-configmaps.adoc", "= B\n:description: b\n");
        assertThatThrownBy(() -> Course.load(root))
                .isInstanceOf(CourseException.class)
                .hasMessage("docs/chapters/12-configmaps.adoc: 11-config-maps.adoc has the same package:"
                        + " kubelab.labs.configmaps");
    }

    @Test
    void exercises_are_in_the_order_of_the_chapters_and_their_numbers() throws Exception {
        write("docs/chapters/04-zebras.adoc", "= Z\n:description: z\n");
        write("docs/chapters/09-apes.adoc", "= A\n:description: a\n");
        for (String id : List.of("apes-10", "apes-9", "zebras-1", "bees-1"))
            write(FILE.replace("config-maps-3", id), METADATA.replace("config-maps-3", id) + CRITERIA);
        assertThat(Course.load(root).exercises())
                .extracting(Exercise::id)
                .containsExactly("zebras-1", "apes-9", "apes-10", "bees-1");
    }

    @Test
    void criteria_clauses_and_freedoms_are_data() throws Exception {
        write(FILE, METADATA + """
                criteria:
                  - {id: there, title: It is there, points: 4, judges: [one-pod], hint: 1, kubectl: get pods}
                  - id: lives
                    title: It lives
                    points: 7
                    hint: 2
                    hidden: true
                    needs: [there]
                    within: 90s
                    keeps: 300ms
                    patient: true
                clauses:
                  one-pod: there is one Pod
                freedoms:
                  any-name: its name
                debrief: It lived for {seconds} s.
                """);
        Exercise exercise = Course.load(root).get("config-maps-3");
        assertThat(exercise.criteria())
                .containsExactly(
                        new CriterionSpec(
                                "there",
                                "It is there",
                                4,
                                List.of("one-pod"),
                                1,
                                "get pods",
                                CriterionSpec.WITHIN,
                                Duration.ZERO,
                                false,
                                List.of(),
                                false),
                        new CriterionSpec(
                                "lives",
                                "It lives",
                                7,
                                List.of(),
                                2,
                                "",
                                Duration.ofSeconds(90),
                                Duration.ofMillis(300),
                                true,
                                List.of("there"),
                                true));
        assertThat(exercise.points()).as("the sum").isEqualTo(11);
        assertThat(exercise.stars()).isEqualTo(2);
        assertThat(exercise.clauses()).containsExactly(new Clause("one-pod", "there is one Pod"));
        assertThat(exercise.freedoms()).containsExactly(new Clause("any-name", "its name"));
        assertThat(exercise.debrief()).isEqualTo("It lived for {seconds} s.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "title: A live update | titel: A live update | nothing is called 'titel' here",
                "title: A live update | title: | 'title' is missing or no text",
                "form: state | form: poem | 'form' is one of state, question, repair, component; not poem",
                "stars: 2 | stars: two | 'stars' is missing or no whole number",
                "hints: [one, two, three] | hints: [one, two] | 3 hints wanted, each giving away more; found 2",
                "needs: [nodes(3), cluster-scope] | needs: nodes | 'needs' is no list",
                "id: config-maps-3 | id: config-maps | holds the id config-maps; the file should be config-maps.yaml",
                "task: Do it. | {task: | line 8, column 1",
                "minutes: 15 | minutes: 15, | 'minutes' is missing or no whole number",
            })
    void a_file_that_is_wrong_is_named_with_what_is_wrong(String good, String bad, String message) throws Exception {
        write(FILE, METADATA.replace(good, bad) + CRITERIA);
        assertThatThrownBy(() -> Course.load(root))
                .isInstanceOf(CourseException.class)
                .hasMessageStartingWith(FILE)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id: a, title: A, points: 10, hint: 1, within: 90} | 'within' is missing or no text",
                "{id: a, title: A, points: 10, hint: 1, within: 1h} | 'within' is a time such as 30s or 300ms",
                "{id: a, title: A, points: 10, hint: 1, judges: [b]} | judges [b], and the clauses are []",
                "{id: a, title: A, points: 10, hint: 4} | hint is 1 to 3, not 4",
                "{id: a, title: A, points: 10, hint: 1, needs: [b]} | needs [b], and before it there is []",
                "{id: a, title: A, points: 10, hint: 1, hiden: true} | nothing is called 'hiden' here",
                "{id: a, title: A, points: 5, hint: 1}, {id: a, title: A, points: 5, hint: 1} | is there twice",
            })
    void criteria_that_do_not_fit_are_refused(String criteria, String message) throws Exception {
        write(FILE, METADATA + "criteria: [" + criteria + "]\n");
        assertThatThrownBy(() -> Course.load(root))
                .isInstanceOf(CourseException.class)
                .hasMessageStartingWith(FILE)
                .hasMessageContaining(message);
    }

    @Test
    void points_are_those_of_the_criteria_and_stars_are_one_to_three() throws Exception {
        write(FILE, METADATA);
        assertThatThrownBy(() -> Course.load(root)).hasMessageContaining("it has no criteria");
        write(FILE, METADATA + CRITERIA + "points: 10\n");
        assertThatThrownBy(() -> Course.load(root)).hasMessageContaining("nothing is called 'points' here");
        write(FILE, METADATA.replace("stars: 2", "stars: 4") + CRITERIA);
        assertThatThrownBy(() -> Course.load(root)).hasMessageContaining("stars is 1 to 3, not 4");
        write(FILE, METADATA.replace("stars: 2", "stars: 0") + CRITERIA);
        assertThatThrownBy(() -> Course.load(root)).hasMessageContaining("stars is 1 to 3, not 0");
    }

    @Test
    void rules_that_change_what_all_share_need_a_private_cluster() throws Exception {
        String rules = METADATA + CRITERIA + "clusterRules: [{apiGroups: [\"\"], resources: [nodes], verbs: [VERB]}]\n";
        write(FILE, rules.replace("VERB", "list"));
        Exercise exercise = Course.load(root).get("config-maps-3");
        assertThat(exercise.cluster()).isEqualTo(Exercise.Sharing.SHARED);
        assertThat(exercise.clusterRules())
                .containsExactly(
                        Map.of("apiGroups", List.of(""), "resources", List.of("nodes"), "verbs", List.of("list")));
        write(FILE, rules.replace("VERB", "patch"));
        assertThatThrownBy(() -> Course.load(root))
                .hasMessageContaining("clusterRules that change something need \"cluster: private\"");
        write(FILE, rules.replace("VERB", "patch") + "cluster: private\n");
        assertThat(Course.load(root).get("config-maps-3").cluster()).isEqualTo(Exercise.Sharing.PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config-map-3", "ConfigMaps3", "config-mpas-3", "LiveUpdate", "livEupdate"})
    void a_misspelt_name_is_answered_with_what_was_probably_meant(String typed) throws Exception {
        write(FILE, METADATA + CRITERIA);
        assertThatThrownBy(() -> Course.load(root).named(typed))
                .isInstanceOf(CourseException.class)
                .hasMessage("There is no exercise " + typed + ". Did you mean config-maps-3?");
        assertThatThrownBy(() -> Course.load(root).get("nonsense")).hasMessageEndingWith("There are: config-maps-3.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pods", "pods-0", "pods-01", "Pods-1", "-1", "pods--1", "config-maps-", "pods-100"})
    void what_is_no_id_is_refused(String text) {
        assertThatThrownBy(() -> ExerciseId.of(text)).isInstanceOf(CourseException.class);
        assertThat(ExerciseId.of("config-maps-3")).isEqualTo(new ExerciseId("config-maps", 3));
    }

    @Test
    void a_folder_without_a_course_has_nothing() {
        Course course = Course.load(root);
        assertThat(course.chapters()).isEmpty();
        assertThat(course.claims()).isEmpty();
        assertThat(course.exercises()).isEmpty();
    }

    private void write(String path, String text) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
