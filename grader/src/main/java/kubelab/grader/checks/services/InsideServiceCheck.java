package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Pods;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;

/**
 * services-1. Positive: every Pod of the set answers behind one name, also one that comes later. Negative: a Pod that
 * does not belong to the set never answers, and nothing is opened to the outside.
 */
final class InsideServiceCheck implements Check {
    private static final String SERVICE = "web";
    private static final String STRANGER = "web-admin";
    /** Of four Pods each is missed by so many requests once in 40,000 times. */
    private static final int REQUESTS = 40;

    private int port;
    private final Set<String> heard = new TreeSet<>();

    @Override
    public void plan(CheckContext run) {
        port = 8000 + run.random().nextInt(1000);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        ServerSets.deploy(run, run.namespace(), SERVICE, 3, port);
        ServerSets.deploy(run, run.namespace(), STRANGER, 1, port);
        Http.from(run).ready();
        ServerSets.await(run, run.namespace(), SERVICE, 3);
        ServerSets.await(run, run.namespace(), STRANGER, 1);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("answers", "http://web answers inside the cluster", 4)
                        .hint(1)
                        .shownBy("get endpointslices -l kubernetes.io/service-name=web")
                        .when(InsideServiceCheck::answers),
                Criterion.of("all", "Each of the three Pods answers in its turn", 2)
                        .needs("answers")
                        .hint(2)
                        .shownBy("get pods --show-labels")
                        .when(this::allAnswer),
                Criterion.of("only", "No other Pod answers", 2)
                        .needs("answers")
                        .hint(2)
                        .shownBy("get pods --show-labels")
                        .when(this::noOtherAnswers),
                Criterion.of("inside", "It opens no port on the nodes", 1)
                        .needs("answers")
                        .hint(3)
                        .shownBy("get service web")
                        .when(InsideServiceCheck::staysInside),
                Criterion.of("follows", "A Pod that takes another one's place answers at the same address", 1)
                        .hidden()
                        .needs("all")
                        .hint(2)
                        .shownBy("get endpointslices -w")
                        .first(this::replaceOne)
                        .within(Duration.ofSeconds(30))
                        .when(this::newcomerAnswers));
    }

    private static String url(CheckContext run) {
        return "http://" + SERVICE + "." + run.namespace() + "/hostname";
    }

    private static Optional<Service> service(CheckContext run) {
        return Optional.ofNullable(run.client()
                .services()
                .inNamespace(run.namespace())
                .withName(SERVICE)
                .get());
    }

    private static Observation answers(CheckContext run) {
        String expected = "a Service web whose port 80 answers";
        if (service(run).isEmpty()) {
            return Observation.notYet(expected, "there is no Service web");
        }
        return Http.from(run).get(url(run)).isPresent()
                ? Observation.holds("somebody answers at the name web")
                : Observation.notYet(expected, ServiceEndpoints.describe(run, SERVICE));
    }

    private Observation allAnswer(CheckContext run) {
        heard.addAll(Http.from(run).answers(url(run), REQUESTS));
        Set<String> wanted = ServerSets.ready(run, run.namespace(), SERVICE).stream()
                .map(Pods::name)
                .collect(Collectors.toCollection(TreeSet::new));
        long missing = wanted.stream().filter(pod -> !heard.contains(pod)).count();
        return missing == 0 && wanted.size() == 3
                ? Observation.holds("three Pods, one name")
                : Observation.notYet(
                        "answers from all three Pods with the label app=web",
                        missing == wanted.size()
                                ? "none of them answers"
                                : "only " + (wanted.size() - missing) + " of them answer");
    }

    private Observation noOtherAnswers(CheckContext run) {
        heard.addAll(Http.from(run).answers(url(run), REQUESTS));
        return heard.stream().anyMatch(pod -> pod.startsWith(STRANGER))
                ? Observation.never(
                        "answers from the Pods with the label app=web only", "a Pod of web-admin answers, too")
                : Observation.holds("the selector chooses exactly these");
    }

    private static Observation staysInside(CheckContext run) {
        boolean open = service(run).stream()
                .flatMap(s -> s.getSpec().getPorts().stream())
                .anyMatch(p -> p.getNodePort() != null && p.getNodePort() != 0);
        return open
                ? Observation.never(
                        "a Service that only the cluster's own network knows", "it has a port on every node")
                : Observation.holds("known inside the cluster only");
    }

    private void replaceOne(CheckContext run) {
        List<String> known = ServerSets.ready(run, run.namespace(), SERVICE).stream()
                .map(Pods::name)
                .toList();
        heard.clear();
        heard.addAll(known);
        if (!known.isEmpty()) {
            run.deletePod(known.get(run.random().nextInt(known.size())));
        }
    }

    private Observation newcomerAnswers(CheckContext run) {
        return Http.from(run).answers(url(run), REQUESTS / 2).stream().anyMatch(pod -> !heard.contains(pod))
                ? Observation.holds("Pods come and go, the address stays")
                : Observation.notYet(
                        "an answer from the Pod that came in place of a deleted one", "only the old ones answer");
    }
}
