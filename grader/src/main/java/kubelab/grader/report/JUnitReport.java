package kubelab.grader.report;

import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Report;

/**
 * The report as JUnit XML, as Surefire writes it and CI systems read it: an exercise is a suite. Its first case is that the
 * answer compiles, runs and ends; then there is one for each criterion, tried or not, so that a CI system which follows a
 * case over time finds it again whatever happened. Points are properties of the suite, one for each case.
 */
public final class JUnitReport {
    private static final String ANSWER = "the answer compiles, runs and ends";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private JUnitReport() {}

    public static String write(Report report) {
        var text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "kubelab");
            xml.writeAttribute("time", seconds(report.took().toMillis()));
            for (ExerciseResult result : report.results()) {
                suite(xml, result, report);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static void suite(XMLStreamWriter xml, ExerciseResult result, Report report) throws XMLStreamException {
        String own = ownElement(result);
        long failures = result.criteria().stream().filter(JUnitReport::failed).count() + one(own.equals("failure"));
        long errors = count(result, State.ERROR) + one(own.equals("error"));
        long skipped = count(result, State.NOT_TRIED) + one(own.equals("skipped"));
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", result.exercise().id());
        xml.writeAttribute("tests", String.valueOf(1 + result.criteria().size()));
        xml.writeAttribute("failures", String.valueOf(failures));
        xml.writeAttribute("errors", String.valueOf(errors));
        xml.writeAttribute("skipped", String.valueOf(skipped));
        xml.writeAttribute("time", seconds(result.took().toMillis()));
        xml.writeAttribute("timestamp", TIMESTAMP.format(report.started()));
        properties(xml, properties(result, report));
        start(xml, result, ANSWER, result.took().toMillis());
        if (!own.isEmpty()) {
            child(xml, own, result.outcome().name(), firstLine(result), result.message());
        }
        end(xml);
        for (CriterionResult c : result.criteria()) {
            criterion(xml, result, c);
        }
        if (!result.output().isEmpty()) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("system-err");
            xml.writeCharacters(clean(result.output()));
            xml.writeEndElement();
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    /** What the first case has; empty where the answer ran to its end, whatever came of it. */
    private static String ownElement(ExerciseResult result) {
        boolean untried = result.criteria().stream().allMatch(c -> c.state() == State.NOT_TRIED);
        boolean open = result.criteria().stream().allMatch(c -> c.state() == State.PASSED);
        return switch (result.outcome()) {
            case PASS -> "";
            case SKIPPED, NOT_BEGUN -> "skipped";
            case UNGRADABLE -> count(result, State.ERROR) > 0 ? "" : "error";
            default -> untried || open || !result.message().isEmpty() ? "failure" : "";
        };
    }

    private static String firstLine(ExerciseResult result) {
        return result.message().lines().findFirst().orElse(result.outcome().name());
    }

    private static Map<String, String> properties(ExerciseResult result, Report report) {
        Map<String, String> all = new TreeMap<>();
        all.put("points", result.points() + "/" + result.maxPoints());
        result.criteria().forEach(c -> all.put("points." + c.id(), c.points() + "/" + c.maxPoints()));
        all.put("seed", String.valueOf(result.seed()));
        all.put("cluster", report.provider());
        all.put("level", report.level());
        all.put("outcome", result.outcome().name());
        all.put("submission", report.origin().submission());
        all.put("kubelab", report.origin().program());
        all.put("commit", report.origin().commit());
        all.put("kubernetes", report.origin().kubernetes());
        all.values().removeIf(String::isEmpty);
        return all;
    }

    private static void criterion(XMLStreamWriter xml, ExerciseResult result, CriterionResult c)
            throws XMLStreamException {
        start(xml, result, c.title(), c.took().toMillis());
        String details = c.expected().isEmpty()
                ? c.observed()
                : "expected: " + c.expected() + "\nobserved: " + c.observed() + "\nsee: "
                        + TerminalReport.command(result, c);
        switch (c.state()) {
            case PASSED -> {}
            case NOT_TRIED -> child(xml, "skipped", "", c.observed().isEmpty() ? "not tried" : c.observed(), "");
            case ERROR -> child(xml, "error", "UNGRADABLE", c.observed(), details);
            default -> child(xml, "failure", c.state() == State.TIMED_OUT ? "TIMEOUT" : "FAIL", c.observed(), details);
        }
        end(xml);
    }

    private static void properties(XMLStreamWriter xml, Map<String, String> values) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeStartElement("properties");
        for (String name : values.keySet().stream().sorted().toList()) {
            xml.writeCharacters("\n      ");
            xml.writeEmptyElement("property");
            xml.writeAttribute("name", name);
            xml.writeAttribute("value", values.getOrDefault(name, ""));
        }
        xml.writeCharacters("\n    ");
        xml.writeEndElement();
    }

    private static void start(XMLStreamWriter xml, ExerciseResult result, String name, long millis)
            throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", name);
        xml.writeAttribute("classname", result.exercise().className());
        xml.writeAttribute("time", seconds(millis));
    }

    /** @param type empty for none */
    private static void child(XMLStreamWriter xml, String element, String type, String message, String text)
            throws XMLStreamException {
        xml.writeCharacters("\n      ");
        xml.writeStartElement(element);
        xml.writeAttribute("message", clean(message));
        if (!type.isEmpty() && !element.equals("skipped")) {
            xml.writeAttribute("type", type);
        }
        xml.writeCharacters(clean(text));
        xml.writeEndElement();
    }

    private static void end(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeEndElement();
    }

    private static int one(boolean holds) {
        return holds ? 1 : 0;
    }

    private static boolean failed(CriterionResult c) {
        return c.state() == State.FAILED || c.state() == State.TIMED_OUT;
    }

    private static long count(ExerciseResult result, State state) {
        return result.criteria().stream().filter(c -> c.state() == state).count();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /** XML 1.0 has no place for control characters, and answers print what they like. */
    private static String clean(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    }
}
