package kubelab.grader.looks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** What comes into a container's log from look to look. One for each criterion: it counts from its first look on. */
public final class LogWatch {
    /** More than two in a second, and a few to begin with, is no slip of the clock. */
    private static final int BURST = 2;
    /** A log may come late, and then all at once: over so short a time a rate says nothing. */
    private static final double SHORT = 1.5;

    private final String pod;
    private final String container;
    private int first = -1;
    private long since;
    private int old = -1;

    public LogWatch(String pod, String container) {
        this.pod = pod;
        this.container = container;
    }

    /** How often a text is in the log. */
    public int count(CheckContext run, String text) {
        return run.log(pod, container).split(Pattern.quote(text), -1).length - 1;
    }

    /**
     * Something comes again and again, about once a second.
     *
     * @param mark what only the check knows, which shows that it is what is there now
     * @param sign what is in all that is like it, also in what is kept from earlier or made up
     * @param what as in "the page"
     */
    public Observation repeats(CheckContext run, String mark, String sign, String what, String expected) {
        int now = count(run, mark);
        int all = count(run, sign);
        old = old < 0 ? all : old;
        boolean again = again(now);
        double seconds = (System.nanoTime() - since) / 1e9;
        if (again && seconds > SHORT && now - first > 2 * seconds + BURST) {
            return Observation.never(expected, what + " comes much more often than once a second");
        } else if (again) {
            return Observation.holds(what + " comes again and again");
        } else if (now > 0) {
            return Observation.notYet(expected, what + " came, but not again");
        }
        return Observation.notYet(expected, all == 0 ? what + " is not in its log" : stale(what, all > old));
    }

    private static String stale(String what, boolean more) {
        return more
                ? what + " comes again and again, but it is not the one that is there now"
                : what + " did not come again while the check looked";
    }

    /**
     * More and more of something comes, and what the check has added is among it.
     *
     * @param mark what the check has added
     * @param sign what is in each line
     */
    public Observation follows(CheckContext run, String mark, String sign, String expected) {
        int now = count(run, sign);
        if (!again(now)) {
            return Observation.notYet(expected, now == 0 ? "there is no such line" : "the lines stopped coming");
        }
        return count(run, mark) > 0
                ? Observation.holds("new lines keep coming")
                : Observation.notYet(expected, "such lines, but not what was written there");
    }

    /**
     * Its lines are numbered from 1 on, and none is missing; other lines do not count.
     *
     * @param line what comes before the number
     */
    public Observation isComplete(CheckContext run, String line) {
        Matcher number =
                Pattern.compile("(?m)^" + Pattern.quote(line) + "(\\d+)$").matcher(run.log(pod, container));
        int last = 0;
        while (number.find()) {
            int next = Integer.parseInt(number.group(1));
            if (next > last + 1) {
                return Observation.never(
                        line + "1 and all that follow", "the log goes from " + line + last + " to " + line + next);
            }
            last = Math.max(last, next);
        }
        return Observation.holds("they came in order, from the first on");
    }

    private boolean again(int now) {
        if (first < 0 && now > 0) {
            first = now;
            since = System.nanoTime();
        }
        return first >= 0 && now > first;
    }
}
