package kubelab.grader.report;

import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Outcome;
import kubelab.grader.Report;

/**
 * The report as JUnit XML, as Surefire writes it and CI systems read it: an exercise is a suite, a criterion a case. An
 * exercise that never came to its criteria has one case, named after itself.
 */
public final class JUnitReport {
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
        boolean whole = result.criteria().stream().allMatch(c -> c.state() == State.NOT_TRIED);
        long failures = whole
                ? (failed(result.outcome()) ? 1 : 0)
                : result.criteria().stream().filter(JUnitReport::failed).count();
        boolean broken = !whole && failures == 0 && failed(result.outcome());
        long errors = whole
                ? (result.outcome() == Outcome.UNGRADABLE ? 1 : 0)
                : count(result, State.ERROR) + (broken ? 1 : 0);
        long skipped = whole ? (element(result.outcome()).equals("skipped") ? 1 : 0) : count(result, State.NOT_TRIED);
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", result.exercise().id());
        int cases = whole ? 1 : result.criteria().size() + (broken ? 1 : 0);
        xml.writeAttribute("tests", String.valueOf(cases));
        xml.writeAttribute("failures", String.valueOf(failures));
        xml.writeAttribute("errors", String.valueOf(errors));
        xml.writeAttribute("skipped", String.valueOf(skipped));
        xml.writeAttribute("time", seconds(result.took().toMillis()));
        properties(
                xml,
                Map.of(
                        "points", result.points() + "/" + result.maxPoints(),
                        "seed", String.valueOf(result.seed()),
                        "cluster", report.provider(),
                        "level", report.level()));
        if (whole || broken) {
            start(xml, result, "the whole exercise", result.took().toMillis());
            child(xml, element(result.outcome()), result.outcome().name(), result.message());
            end(xml);
        }
        if (!whole) {
            for (CriterionResult c : result.criteria()) {
                criterion(xml, result, c);
            }
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

    private static void criterion(XMLStreamWriter xml, ExerciseResult result, CriterionResult c)
            throws XMLStreamException {
        start(xml, result, c.title(), c.took().toMillis());
        String details = c.expected().isEmpty()
                ? c.observed()
                : "expected: " + c.expected() + "\nobserved: " + c.observed() + "\nsee: "
                        + TerminalReport.command(result, c);
        switch (c.state()) {
            case PASSED -> {}
            case NOT_TRIED -> child(xml, "skipped", c.observed(), "");
            case ERROR -> child(xml, "error", "UNGRADABLE", details);
            default -> child(xml, "failure", c.state() == State.TIMED_OUT ? "TIMEOUT" : "FAIL", details);
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

    private static void child(XMLStreamWriter xml, String element, String message, String text)
            throws XMLStreamException {
        xml.writeCharacters("\n      ");
        xml.writeStartElement(element);
        xml.writeAttribute("message", clean(message));
        xml.writeCharacters(clean(text));
        xml.writeEndElement();
    }

    private static void end(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeEndElement();
    }

    private static String element(Outcome outcome) {
        return switch (outcome) {
            case SKIPPED, NOT_BEGUN -> "skipped";
            case UNGRADABLE -> "error";
            case FAIL, TIMEOUT, PASS -> "failure";
        };
    }

    private static boolean failed(Outcome outcome) {
        return outcome == Outcome.FAIL || outcome == Outcome.TIMEOUT;
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
