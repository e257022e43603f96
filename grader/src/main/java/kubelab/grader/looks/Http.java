package kubelab.grader.looks;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    /** The same, with the client on a node where a ready Pod with the label {@code app=…} is. */
    public Http readyBeside(String app) {
        ServerSets.ready(run, run.namespace(), app).stream()
                .flatMap(pod -> Placement.node(pod).stream())
                .findFirst()
                .ifPresent(node -> ProbePod.make(run, node));
        return ready();
    }

    /** What a GET answers, empty if nothing does within two seconds. */
    public Optional<String> get(String url) {
        CheckContext.Executed got = ask(url);
        return got.ok() ? Optional.of(got.out()) : Optional.empty();
    }

    private CheckContext.Executed ask(String url) {
        return ProbePod.exec(run, "wget", "-q", "-T", "2", "-O", "-", url);
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
     * @param service of the run's namespace, which the address is of
     * @param pods their names
     * @param expected as in "answers from all three Pods with the label app=web"
     */
    public Observation reachesEach(String url, String service, Collection<String> pods, String expected) {
        Set<String> missing = new TreeSet<>(pods);
        missing.removeAll(answers(url, REQUESTS));
        if (missing.isEmpty() && !pods.isEmpty()) {
            return Observation.holds("each of them answers");
        }
        return Observation.notYet(
                expected,
                Services.choosesByClient(run, service)
                        .map(field -> "not all of them answer one and the same client (" + field + ")")
                        .orElse(
                                missing.size() == pods.size()
                                        ? "none of them answers"
                                        : "only " + heard(pods.size() - missing.size())));
    }

    private static String heard(int pods) {
        return pods + (pods == 1 ? " of them answers" : " of them answer");
    }

    /**
     * What answers there is right.
     *
     * @param service of the run's namespace, which is described where nothing answers
     */
    public Observation gives(String url, Predicate<String> right, String expected, String service) {
        CheckContext.Executed got = ask(url);
        if (got.ok() && right.test(got.out())) {
            return Observation.holds("it answers");
        }
        boolean refused = got.err().contains("server returned error");
        return Observation.notYet(
                expected,
                got.ok()
                        ? "a different program answers"
                        : refused ? "the answer is an HTTP error" : ServiceEndpoints.describe(run, service));
    }

    /** At port 80 of a Service of the run's namespace Pods answer, and they are all of the Deployment of its name. */
    public Observation givesOnlyItsOwn(String service) {
        String expected = "answers from the Pods of " + service + " only, at http://" + service;
        Set<String> heard = answers(url(run, service + ":80/hostname"), REQUESTS);
        if (heard.isEmpty()) {
            return Observation.notYet(expected, ServiceEndpoints.describe(run, service));
        }
        return heard.stream().allMatch(pod -> pod.startsWith(service + "-"))
                ? Observation.holds("it answers")
                : Observation.notYet(expected, "different Pods answer as well");
    }

    /**
     * A Service of the run's namespace gives what is right; its address is noted as {@code address}.
     *
     * @param at as in {@code shop:80/hostname}
     */
    public static Observation serves(CheckContext run, String at, Predicate<String> right, String expected) {
        String service = at.substring(0, at.indexOf(':'));
        int port = Integer.parseInt(at.substring(at.indexOf(':') + 1, at.indexOf('/')));
        Services.find(run, service)
                .ifPresent(s -> run.note("address", s.getSpec().getClusterIP()));
        return Services.lacks(run, service, port, "the port " + port)
                .map(what -> Observation.never(expected, what)) // no controller adds a Service or a port
                .orElseGet(() -> from(run).gives(url(run, at), right, expected, service));
    }

    /** The same where what is right contains a text, and each endpoint of the Service gives it. */
    public static Observation says(CheckContext run, String at, String text, String expected) {
        Observation seen = serves(run, at, answer -> answer.contains(text), expected);
        if (seen instanceof Observation.Never) {
            return seen;
        }
        boolean answers =
                seen instanceof Observation.Holds || from(run).get(url(run, at)).isPresent();
        return answers ? ServiceEndpoints.allSay(run, at.substring(0, at.indexOf(':')), text, expected) : seen;
    }

    /** @param at a Service of the run's namespace, its port and a path, as in {@code shop:80/hostname} */
    public static String url(CheckContext run, String at) {
        int colon = at.indexOf(':');
        return "http://" + at.substring(0, colon) + "." + run.namespace() + at.substring(colon);
    }

    /**
     * One of these ports gives the same on every node.
     *
     * @param service of the run's namespace, which has these ports on the nodes
     */
    public Observation givesOnEachNode(String service, Predicate<String> right, String expected) {
        List<String> nodes = Placement.addresses(run);
        List<Integer> ports = Services.nodePorts(run, service);
        long best = 0;
        for (int port : ports) {
            long open = nodes.stream()
                    .filter(node ->
                            get("http://" + node + ":" + port).filter(right).isPresent())
                    .count();
            if (open == nodes.size()) {
                run.note("nodePort", port);
                run.note("nodes", open);
                return Observation.holds("each node answers at the same port");
            }
            best = Math.max(best, open);
        }
        return Observation.notYet(
                expected,
                ports.isEmpty()
                        ? "the Service " + service + " has no port on the nodes"
                        : best == 0
                                ? "it comes from no node"
                                : Services.isLocal(run, service)
                                        ? "nodes without a Pod of the Service do not give it (externalTrafficPolicy: Local)"
                                        : "it comes from " + best + " of " + nodes.size());
    }

    /** No other Pod than these answers there. */
    public Observation onlyFrom(String url, Collection<String> pods, String expected) {
        Set<String> others = new TreeSet<>(answers(url, REQUESTS));
        others.removeAll(pods);
        return others.isEmpty()
                ? Observation.holds("no other Pod answers")
                : Observation.never(expected, "a Pod that is none of these answers, too");
    }

    /** Nothing answers there. */
    public Observation silent(String url, String expected) {
        return get(url).isEmpty()
                ? Observation.holds("nothing answers there")
                : Observation.never(expected, "something answers at " + url);
    }
}
