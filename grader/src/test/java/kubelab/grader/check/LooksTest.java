package kubelab.grader.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import kubelab.course.Course;
import kubelab.course.Exercise;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class LooksTest {
    @TempDir
    private Path root;

    private Exercise exercise;

    @BeforeEach
    void load() throws Exception {
        Path file = root.resolve("solutions/src/main/resources/kubelab/labs/pods/pods-1.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                id: pods-1
                class: kubelab.labs.pods.Duo
                title: Duo
                form: state
                stars: 1
                minutes: 5
                task: Do it.
                hints: [one, two, three]
                clauses: {there: it is there}
                criteria:
                  - {id: there, title: It is there, points: 4, judges: [there], hint: 1, kubectl: get pods, keeps: 1s}
                  - {id: lives, title: It lives, points: 6, hint: 2, hidden: true, needs: [there], patient: true}
                """);
        exercise = Course.load(root).get("pods-1");
    }

    @Test
    void a_criterion_has_its_words_from_the_file_and_its_look_from_the_check() {
        List<Criterion> criteria = new Looks()
                .look("lives", run -> Observation.holds("alive"))
                .look("there", run -> Observation.holds("here"))
                .of(exercise);
        assertThat(criteria).extracting(Criterion::id).as("in the file's order").containsExactly("there", "lives");
        assertThat(criteria.get(0).command()).isEqualTo("get pods");
        assertThat(criteria.get(0).keeps()).hasSeconds(1);
        assertThat(criteria.get(1).hidden()).isTrue();
        assertThat(criteria.get(1).patient()).isTrue();
        assertThat(criteria.get(1).points()).isEqualTo(6);
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            assertThat(criteria.get(1).probe().look(run(client))).isEqualTo(Observation.holds("alive"));
        }
    }

    @Test
    void ids_that_do_not_agree_are_an_error_of_the_course() {
        Looks looks =
                new Looks().look("there", run -> Observation.holds("")).look("live", run -> Observation.holds(""));
        assertThatThrownBy(() -> looks.of(exercise))
                .hasMessage("an error of the course: pods-1.yaml and DuoCheck do not agree; criteria without a look:"
                        + " [lives], looks without a criterion: [live]");
        assertThatThrownBy(() -> looks.look("there", run -> Observation.holds("")))
                .hasMessage("two looks for the criterion there");
    }

    @Test
    void a_debrief_is_filled_in_from_the_run_or_left_out() {
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            CheckContext run = run(client);
            String text = "It had {pages} pages, {pages}!";
            assertThat(run.debrief(text)).as("never noted").isEmpty();
            run.with(JsonNodeFactory.instance.objectNode()).note("pages", 2);
            assertThat(run.debrief(text)).as("noted by the same run later on").isEqualTo("It had 2 pages, 2!");
        }
    }

    private static CheckContext run(KubernetesClient client) {
        return new CheckContext(client, "lab", new Random(1), JsonNodeFactory.instance.objectNode());
    }
}
