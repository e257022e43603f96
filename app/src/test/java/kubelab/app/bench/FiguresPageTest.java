package kubelab.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FiguresPageTest {
    private static final Machine MACHINE =
            new Machine("a processor", 2, 24, "Linux", "a JDK", LocalDate.of(2026, 1, 2), 3.4);
    private static final Figure FAST = new Figure(
            "get", "get", "ms", false, new Goal.Times(2), List.of(1.0, 3.0, 2.0), List.of(5.0, 6.0, 7.0), "");
    private static final Figure SLOW =
            new Figure("pods", "Pods", "Pods/s", true, new Goal.AtLeast(500, "Pods/s"), List.of(80.0), List.of(), "");
    private static final Figure ALONE =
            new Figure("list", "list", "ms", false, new Goal.Times(1), List.of(80.0), List.of(), "no real cluster");
    private static final Figure BROKEN =
            new Figure("day", "a day", "s", false, new Goal.AtMost(10, "s"), List.of(), List.of(), "not finished");

    private final FiguresPage page = new FiguresPage(MACHINE, Optional.of("k3s"), List.of(FAST, SLOW, ALONE, BROKEN));

    @Test
    void the_table_says_median_spread_how_much_better_and_whether_the_goal_is_reached() {
        assertThat(page.text().lines().map(line -> line.replaceAll(" {2,}", " | ")))
                .contains(
                        "get | ms | 2 (1–3) | 6 (5–7) | 3.0× | 2× better | yes",
                        "Pods | Pods/s | 80 | - | - | ≥ 500 Pods/s | no",
                        "list | ms | 80 | - | - | better | -",
                        "a day | s | - | - | - | ≤ 10 s | no");
    }

    @Test
    void more_is_better_where_it_counts_what_is_done_in_a_second() {
        Figure rate = new Figure("r", "r", "1/s", true, new Goal.Times(2), List.of(300.0), List.of(200.0), "");
        assertThat(rate.better()).hasValue(1.5);
        assertThat(rate.reached()).isEqualTo("no");
    }

    @Test
    void what_is_written_by_hand_on_the_page_stays() {
        String first = page.adoc("");
        String edited = first + "\n== Why\nBecause.\n";
        assertThat(page.adoc(edited)).isEqualTo(edited);
    }

    @Test
    void json_has_every_sample() {
        JsonNode json = new JsonMapper().readTree(page.json());
        assertThat(json.path("busyPercent").asDouble()).isEqualTo(3.4);
        assertThat(json.path("figures").path(0).path("embedded").toString()).isEqualTo("[1.0,3.0,2.0]");
        assertThat(json.path("figures").path(0).path("timesBetter").asDouble()).isEqualTo(3.0);
        assertThat(json.path("figures").path(3).path("note").asString()).isEqualTo("not finished");
    }
}
