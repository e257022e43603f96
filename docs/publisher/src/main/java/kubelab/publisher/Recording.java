package kubelab.publisher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a chapter's cells printed and showed in a real run: {@code docs/recorded/09-pods.json}, committed. Text and HTML
 * are kept line by line, without times of recording, so that a new recording differs only where the cluster did.
 *
 * @param cluster what it ran on, for people
 * @param kubernetes the server's version
 * @param cells cell id → what was recorded, in the notebook's order
 */
record Recording(String cluster, String kubernetes, Map<String, Cell> cells) {
    static final String FOLDER = "docs/recorded";
    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPrettyPrinter(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultIndenter(" ", "\n"))
                    .withArrayIndenter(new DefaultIndenter(" ", "\n")))
            .build();

    /** @param source fingerprint of the code that gave these outputs, see {@link NotebookCells#fingerprints} */
    record Cell(String source, List<Output> outputs) {
        Cell {
            outputs = List.copyOf(outputs);
        }
    }

    /** One output: always as text, and as HTML (else empty) where the cell made a table or a picture. */
    record Output(List<String> text, List<String> html) {
        Output {
            text = List.copyOf(text);
            html = List.copyOf(html);
        }
    }

    static Path file(Path root, String chapter) {
        return root.resolve(FOLDER).resolve(chapter + ".json");
    }

    /** @throws PublishException if there is no recording, or it cannot be read */
    static Recording read(Path root, String chapter) {
        Path file = file(root, chapter);
        String name = FOLDER + "/" + chapter + ".json";
        if (!Files.isRegularFile(file)) throw new PublishException(name + ": missing; " + mend(chapter));
        try {
            return JSON.readValue(Sources.read(file), Recording.class);
        } catch (JacksonException e) {
            throw new PublishException(name + ": " + e.getOriginalMessage() + "; " + mend(chapter));
        }
    }

    static String mend(String chapter) {
        return "run: kubelab author record " + chapter.replaceFirst("^\\d+-", "");
    }

    String json() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    }

    /**
     * Whether another run gave the same but for what is new in every run: uids, random suffixes of names, addresses,
     * ages and times.
     */
    boolean sameButForChance(Recording other) {
        return withoutChance().equals(other.withoutChance());
    }

    /** The outputs of a cell in nbformat's shape. */
    static List<Output> outputs(JsonNode outputs) {
        List<Output> found = new ArrayList<>();
        for (JsonNode output : outputs) {
            JsonNode data = output.path("data");
            String text =
                    switch (output.path("output_type").asString("")) {
                        case "stream" -> joined(output.path("text"));
                        case "error" -> output.path("evalue").asString("");
                        default -> joined(data.path("text/plain"));
                    };
            String html = joined(data.path("text/html"));
            // A report brings a style sheet of its own, made for a notebook; in the handbook it is read as text.
            found.add(new Output(lines(text), html.contains("<style") ? List.of() : lines(html)));
        }
        return found;
    }

    /** Source or text as nbformat has it: one string, or one a line. */
    static String joined(JsonNode node) {
        if (!node.isArray()) return node.asString("");
        StringBuilder text = new StringBuilder();
        node.forEach(line -> text.append(line.asString()));
        return text.toString();
    }

    static List<String> lines(String text) {
        return text.stripTrailing()
                .replaceAll("(</tr>|</li>|</thead>)(?=<)", "$1\n")
                .lines()
                .toList();
    }

    private String withoutChance() {
        return json().replaceAll("\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\b", "UID")
                .replaceAll("-[bcdf-hj-np-tv-z2-9]{8,10}-[bcdf-hj-np-tv-z2-9]{5}\\b", "-POD")
                .replaceAll("-[bcdf-hj-np-tv-z2-9]{5,10}\\b", "-SUFFIX")
                .replaceAll("-([a-z0-9]{5}|[0-9a-f]{10})\\b", "-SUFFIX")
                .replaceAll("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b", "ADDRESS")
                .replaceAll("\\b\\d+(\\.\\d+)? ?(ms|s|m)\\b", "TIME")
                .replaceAll("seed \\d+", "seed")
                .replaceAll(" +", " ");
    }
}
