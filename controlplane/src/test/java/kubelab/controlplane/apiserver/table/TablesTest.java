package kubelab.controlplane.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The truth are rows that a Kubernetes 1.34 API server printed, each with its object and the server's time. */
class TablesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private final Tables tables = new Tables();

    static Stream<Arguments> rows() throws IOException {
        try (InputStream in = TablesTest.class.getResourceAsStream("rows.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(JSON::readTree)
                            .map(row -> Arguments.of(
                                    row.path("resource").asString() + " "
                                            + row.at("/object/metadata/name").asString(),
                                    row))
                            .toList()
                            .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void cells_are_those_of_the_real_server(String name, JsonNode row) {
        ObjectNode table = tables.table(
                row.path("resource").asString(),
                List.of(row.path("object")),
                JSON.createObjectNode(),
                Tables.IncludeObject.NONE,
                true,
                Instant.parse(row.path("now").asString()));

        assertThat(table.at("/rows/0/cells").toString())
                .as(name)
                .isEqualTo(row.path("cells").toString());
        assertThat(table.path("columnDefinitions").size())
                .isEqualTo(row.path("cells").size());
    }

    /** Where a kind has columns of its own and no cells, kubectl shows a date below the wrong heading. */
    @Test
    void every_kind_that_is_served_has_a_cell_for_each_column() {
        for (Resource resource : new ResourceRegistry().all()) {
            String name = resource.apiVersion() + "/" + resource.plural();
            ObjectNode table = tables.table(
                    name,
                    List.of(JSON.createObjectNode()),
                    JSON.createObjectNode(),
                    Tables.IncludeObject.NONE,
                    true,
                    Instant.EPOCH);
            assertThat(table.at("/rows/0/cells").size())
                    .as(name)
                    .isEqualTo(table.path("columnDefinitions").size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-5, <invalid>",
        "-1, 0s",
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "125, 2m5s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "10860, 3h1m",
        "28800, 8h",
        "172799, 47h",
        "172800, 2d",
        "180000, 2d2h",
        "691200, 8d",
        "63072000, 2y",
        "63158400, 2y1d",
        "252288000, 8y"
    })
    void ages_have_at_most_two_units(long seconds, String text) {
        assertThat(Text.human(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
