package kubelab.grader.looks;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Requests from a Pod of the check's own, as any client in the cluster would send them. */
public final class Http {
    /** Of four Pods behind one address each is missed by so many requests once in 40,000 times. */
    public static final int REQUESTS = 40;

    private final CheckContext run;

    private Http(CheckContext run) {
        this.run = run;
    }

    /** From the client that belongs to this run; the first request makes it, {@link #ready} before that. */
    public static Http from(CheckContext run) {
        return new Http(run);
    }

    /** For {@link kubelab.grader.check.Check#prepare}: returns when the client is there, so that no look waits for it. */
    public Http ready() {
        ProbePod.exec(run, "true");
        return this;
    }

    /** What a GET answers, empty if nothing does within two seconds. */
    public Optional<String> get(String url) {
        CheckContext.Executed got = ProbePod.exec(run, "wget", "-q", "-T", "2", "-O", "-", url);
        return got.ok() ? Optional.of(got.out()) : Optional.empty();
    }

    /** The different answers to so many requests, each over a connection of its own; stops at the first that fails. */
    public Set<String> answers(String url, int requests) {
        String loop =
                "i=0; while [ $i -lt " + requests + " ] && wget -q -T 2 -O - " + url + "; do i=$((i+1)); echo; done";
        return ProbePod.exec(run, "sh", "-c", loop)
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Each of these Pods answers behind one address.
     *
     * @param url answers with the name of a Pod, as {@code /hostname} of {@link ServerSets} does
     * @param pods their names
     * @param expected as in "answers from all three Pods with the label app=web"
     */
    public Observation reachesEach(String url, Collection<String> pods, String expected) {
        Set<String> missing = new TreeSet<>(pods);
        missing.removeAll(answers(url, REQUESTS));
        if (missing.isEmpty() && !pods.isEmpty()) {
            return Observation.holds("each of them answers");
        }
        return Observation.notYet(
                expected,
                missing.size() == pods.size()
                        ? "none of them answers"
                        : "only " + (pods.size() - missing.size()) + " of them answer");
    }

    /** No other Pod than these answers there. */
    public Observation onlyFrom(String url, Collection<String> pods, String expected) {
        Set<String> others = new TreeSet<>(answers(url, REQUESTS));
        others.removeAll(pods);
        return others.isEmpty()
                ? Observation.holds("no other Pod answers")
                : Observation.never(expected, others.iterator().next() + " answers, too");
    }

    /** Nothing answers there. */
    public Observation silent(String url, String expected) {
        return get(url).isEmpty()
                ? Observation.holds("nothing answers there")
                : Observation.never(expected, "something answers at " + url);
    }
}
