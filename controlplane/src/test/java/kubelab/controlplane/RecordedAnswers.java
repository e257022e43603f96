package kubelab.controlplane;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.params.provider.Arguments;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a real cluster answered to the cases of a parity suite: {@code answers.jsonl} or {@code answers.yaml} in the suite's
 * folder, beside {@code cases.yaml}. With {@code -Dupdate} the suite runs against the cluster of KUBECONFIG, and its
 * answers are written.
 */
public final class RecordedAnswers {
    public static final boolean UPDATE = System.getProperty("update") != null;
    private static final Pattern CASE = Pattern.compile(System.getProperty("case", ""));

    private final Path folder;
    private final Path file;
    private final Map<String, List<String>> answers = new LinkedHashMap<>();

    /** @param file in {@code src/test/resources/kubelab/controlplane}, as in {@code scheduler/answers.yaml} */
    public RecordedAnswers(String file) {
        this.file =
                Path.of("src/test/resources/kubelab/controlplane").resolve(file).toAbsolutePath();
        this.folder = this.file.getParent();
        if (Files.exists(this.file)) {
            if (isYaml()) {
                readYaml();
            } else {
                text(this.file)
                        .lines()
                        .map(Json::parseObject)
                        .forEach(line -> answers.put(Json.string(line, "scenario"), Json.strings(line, "answers")));
            }
        }
    }

    public Path folder() {
        return folder;
    }

    /** {@code cases.yaml} as a tree. */
    public ObjectNode tree() {
        return Json.MAPPER.valueToTree(read());
    }

    /** The cases of a file that is a list of them; {@code -Dcase} takes those whose names match that expression. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> cases() {
        return ((List<Map<String, Object>>) read())
                .stream().filter(test -> isAsked((String) test.get("name"))).toList();
    }

    /** For tests with a name, a case as a map, and what is recorded. */
    public Stream<Arguments> ofCases() {
        return cases().stream().map(test -> Arguments.of(test.get("name"), test, of((String) test.get("name"))));
    }

    /** For tests with a name, one of the tree's scenarios, and what is recorded. */
    public Stream<Arguments> ofScenarios() {
        return Json.objects(tree(), "scenarios").stream()
                .filter(scenario -> isAsked(Json.string(scenario, "name")))
                .map(scenario -> {
                    String name = Json.string(scenario, "name");
                    return Arguments.of(name, scenario, of(name));
                });
    }

    private Object read() {
        return new Load(LoadSettings.builder().build()).loadFromString(text(folder.resolve("cases.yaml")));
    }

    /** Whether {@code -Dcase} asks for a case of this name. */
    public static boolean isAsked(String name) {
        return CASE.matcher(name).find();
    }

    /** What is recorded for a case; "not recorded" for a new one. */
    public List<String> of(String name) {
        return answers.getOrDefault(name, List.of("not recorded"));
    }

    /** For {@link #write}: what the real cluster has just answered. */
    public void record(String name, List<String> now) {
        answers.put(name, now);
    }

    /** Writes all there are; those of cases that did not run this time stay. */
    public void write(Class<?> suite) throws IOException {
        StringBuilder text = new StringBuilder();
        if (isYaml()) {
            text.append("# Recorded from a real cluster by ")
                    .append(suite.getSimpleName())
                    .append(" -Dupdate.\n");
        }
        answers.forEach((name, all) -> {
            if (isYaml()) {
                text.append(quoted(name)).append(":\n");
                all.forEach(a -> text.append("- ").append(quoted(a)).append('\n'));
            } else {
                ObjectNode line = Json.object().put("scenario", name);
                all.forEach(line.putArray("answers")::add);
                text.append(line).append('\n');
            }
        });
        Files.writeString(file, text);
    }

    @SuppressWarnings("unchecked") // names → texts
    private void readYaml() {
        Map<String, List<String>> all = Serialization.unmarshal(text(file), Map.class);
        if (all != null) { // there is more than the comment
            answers.putAll(all);
        }
    }

    private boolean isYaml() {
        return file.toString().endsWith(".yaml");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
