package kubelab.grader.report;

import kubelab.grader.CriterionResult;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Report;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The report for programs. Its shape is in {@code report.schema.json} beside this class and has a version. */
public final class JsonReport {
    public static final String VERSION = "kubelab.report/v1";
    /** The name of the schema; the file is beside this class. */
    public static final String SCHEMA = "https://kubelab.dev/schemas/report-v1.json";

    private static final JsonMapper JSON = new JsonMapper();

    private JsonReport() {}

    /** @param exitCode what the program ends with */
    public static String write(Report report, int exitCode) {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", SCHEMA);
        root.put("version", VERSION);
        root.put("started", report.started().toString());
        root.put("seconds", report.took().toMillis() / 1000.0);
        if (!report.origin().submission().isEmpty()) {
            root.put("submission", report.origin().submission());
        }
        ObjectNode program = root.putObject("program");
        program.put("version", report.origin().program());
        program.put("commit", report.origin().commit());
        root.put("kubernetes", report.origin().kubernetes());
        root.put("cluster", report.provider());
        root.put("level", report.level());
        root.put("answers", report.answers());
        root.put("seed", report.seed());
        root.put("points", report.points());
        root.put("maxPoints", report.maxPoints());
        root.put("exitCode", exitCode);
        ArrayNode exercises = root.putArray("exercises");
        report.results().forEach(r -> exercises.add(exercise(r)));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode exercise(ExerciseResult result) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", result.exercise().id());
        node.put("title", result.exercise().title());
        node.put("outcome", result.outcome().name());
        node.put("points", result.points());
        node.put("maxPoints", result.maxPoints());
        node.put("seconds", result.took().toMillis() / 1000.0);
        node.put("seed", result.seed());
        node.put("file", result.file());
        if (!result.namespace().isEmpty()) {
            node.put("namespace", result.namespace());
        }
        if (!result.message().isEmpty()) {
            node.put("message", result.message());
        }
        if (!result.output().isEmpty()) {
            node.put("output", result.output());
        }
        if (!result.debrief().isEmpty()) {
            node.put("debrief", result.debrief());
        }
        ArrayNode criteria = node.putArray("criteria");
        result.criteria().forEach(c -> criteria.add(criterion(result, c)));
        return node;
    }

    private static ObjectNode criterion(ExerciseResult result, CriterionResult c) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", c.id());
        node.put("title", c.title());
        node.put("state", c.state().name());
        node.put("points", c.points());
        node.put("maxPoints", c.maxPoints());
        node.put("hidden", c.hidden());
        if (!c.expected().isEmpty()) {
            node.put("expected", c.expected());
        }
        if (!c.observed().isEmpty()) {
            node.put("observed", c.observed());
        }
        if (!c.command().isEmpty() && !result.namespace().isEmpty()) {
            node.put("command", TerminalReport.command(result, c));
        }
        if (c.hint() > 0) {
            node.put("hint", c.hint());
        }
        node.put("seconds", c.took().toMillis() / 1000.0);
        return node;
    }
}
