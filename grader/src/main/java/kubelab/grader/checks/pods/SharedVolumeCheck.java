package kubelab.grader.checks.pods;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Pods;

/** pods-2. Positive: what the producer writes, the consumer reads. Negative: the consumer must not write. */
final class SharedVolumeCheck implements Check {
    private static final String POD = "exchange";
    private static final Pattern LINE = Pattern.compile("(?m)^line (\\d+)$");

    private String word = "";
    private int seen = -1;

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("two", "The Pod exchange runs the containers producer and consumer", 0)
                        .hint(1)
                        .shownBy("get pod exchange")
                        .within(Duration.ofSeconds(90))
                        .keeps(Duration.ofMillis(300))
                        .when(run -> Pods.allRun(run, POD, "producer", "consumer")),
                Criterion.of("flows", "The producer's lines come out of the consumer", 4)
                        .needs("two")
                        .hint(2)
                        .shownBy("logs exchange -c consumer --tail=5")
                        .within(Duration.ofSeconds(6))
                        .evenIfQuiet()
                        .when(this::linesFlow),
                Criterion.of("shared", "A file put into /out of the producer is in /in of the consumer", 3)
                        .needs("two")
                        .hint(2)
                        .shownBy("exec exchange -c consumer -- ls /in")
                        .first(run -> run.exec(POD, "producer", "sh", "-c", "echo " + word + " > /out/" + word))
                        .when(this::fileIsShared),
                Criterion.of("readonly", "The consumer may read the volume, but not write it", 2)
                        .needs("shared")
                        .hint(3)
                        .shownBy("exec exchange -c consumer -- touch /in/x")
                        .when(this::consumerMayNotWrite),
                Criterion.of("complete", "No line is lost", 1)
                        .hidden()
                        .needs("flows")
                        .hint(2)
                        .shownBy("logs exchange -c consumer")
                        .when(SharedVolumeCheck::noLineIsLost));
    }

    private Observation linesFlow(CheckContext run) {
        int lines = highest(run.log(POD, "consumer"));
        if (seen < 0 && lines > 0) {
            seen = lines;
        }
        return seen >= 0 && lines > seen
                ? Observation.holds("new lines keep coming")
                : Observation.notYet(
                        "\"line 1\", \"line 2\", … in the consumer's log, and more of them every second",
                        lines == 0 ? "there is no such line" : "the lines stopped coming");
    }

    private Observation fileIsShared(CheckContext run) {
        CheckContext.Executed read = run.exec(POD, "consumer", "cat", "/in/" + word);
        return read.out().strip().equals(word)
                ? Observation.holds("one volume, two mounts")
                : Observation.notYet(
                        "the consumer to find in /in what was written to /out of the producer",
                        "cat in the consumer ended with exit code " + read.exit());
    }

    private Observation consumerMayNotWrite(CheckContext run) {
        CheckContext.Executed write = run.exec(POD, "consumer", "touch", "/in/" + word + "-too");
        return write.ok()
                ? Observation.never(
                        "touch in /in of the consumer to be refused (Read-only file system)",
                        "the consumer could write into the volume")
                : Observation.holds("writing is refused");
    }

    private static Observation noLineIsLost(CheckContext run) {
        Matcher line = LINE.matcher(run.log(POD, "consumer"));
        int next = 1;
        while (line.find()) {
            int number = Integer.parseInt(line.group(1));
            if (number > next) {
                return Observation.never(
                        "line 1 and all that follow", "the log goes from line " + (next - 1) + " to line " + number);
            }
            next = Math.max(next, number + 1);
        }
        return Observation.holds("they came in order, from the first on");
    }

    private static int highest(String log) {
        Matcher line = LINE.matcher(log);
        int highest = 0;
        while (line.find()) {
            highest = Math.max(highest, Integer.parseInt(line.group(1)));
        }
        return highest;
    }
}
