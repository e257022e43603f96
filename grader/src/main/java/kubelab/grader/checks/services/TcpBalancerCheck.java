package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.InventedPods;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;
import kubelab.grader.looks.TcpClients;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.component.LoadBalancerHarness;
import org.jspecify.annotations.Nullable;

/**
 * services-7. Allowed: any way to spread real connections over the ready Pods. Refused: connections to a Pod that is not
 * ready. What real Pods do not do on demand, such as refusing or speaking first, is asked of the answer directly.
 */
final class TcpBalancerCheck implements PreparedCheck {
    /** Of three Pods that are chosen by chance each is missed by so many connections once in 60,000 times. */
    private static final int CONNECTIONS = 30;

    private static final int SILENT = 50;

    private String service = "";
    private int port;
    private String busy = "";
    private @Nullable LoadBalancerHarness harness;

    @Override
    public void plan(CheckContext run) {
        service = "web-" + run.word();
        port = 8000 + run.random().nextInt(1000);
    }

    @Override
    public void prepare(CheckContext run) {
        ServerSets.deployBusy(run, service, 3, port);
        Given.service(run, service, "app", service, "http");
        run.await("three ready endpoints", () -> ServiceEndpoints.ready(run, service) == 3);
    }

    @Override
    public void start(CheckContext run) {
        harness = run.start(LoadBalancerHarness.forService(service));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("carries", this::carries)
                .look("spreads", this::spreads)
                .look("drops", this::makeBusy, this::drops)
                .look("whole", run -> harness().close(), this::carriesAll)
                .look("many", this::servesMany)
                .look("ending", this::leavesOutEnding)
                .look("refused", this::goesOn)
                .look("slices", this::knowsAllSlices);
    }

    private LoadBalancerHarness harness() {
        if (harness == null) {
            throw new IllegalStateException("the balancer was not started");
        }
        return harness;
    }

    private Observation carries(CheckContext run) {
        return TcpClients.ask(harness().port()).startsWith(service)
                ? Observation.holds("a Pod answers through your balancer")
                : Observation.notYet(
                        "the answer of a Pod, through the balancer",
                        harness().dialled().isEmpty()
                                ? "the balancer dialled no Pod"
                                : "the balancer dialled, but no answer came back");
    }

    private Observation spreads(CheckContext run) {
        int heard = TcpClients.ask(harness().port(), CONNECTIONS, 3).size();
        return heard == 3
                ? Observation.holds("all three get some")
                : Observation.never(
                        "answers of all three Pods to " + CONNECTIONS + " connections",
                        "answers of " + heard + (heard == 1 ? " Pod only" : " Pods only"));
    }

    private void makeBusy(CheckContext run) {
        busy = ServerSets.names(run, service).get(0);
        run.note("busy", busy);
        run.exec(busy, "web", "touch", "/tmp/busy");
        run.touched();
    }

    /** Judged only once the balancer has been told; until then it cannot know. */
    private Observation drops(CheckContext run) {
        long ready = harness().endpoints().stream()
                .flatMap(slice -> slice.endpoints().stream())
                .filter(e -> e.conditions().ready())
                .count();
        if (ready != 2) {
            run.touched();
            return Observation.notYet("two ready endpoints in the slices", ready + " are");
        }
        String ip = run.pod(busy).map(Pod::getStatus).map(s -> s.getPodIP()).orElse("");
        int before = harness().dialled().size();
        Set<String> heard = TcpClients.ask(harness().port(), CONNECTIONS / 2, 3);
        boolean dialled =
                harness().dialled().stream().skip(before).anyMatch(d -> d.host().equals(ip));
        if (dialled || heard.contains(busy)) {
            return Observation.never("no connection to a Pod that is not ready", "it still gets some");
        }
        return heard.isEmpty()
                ? Observation.never("answers of the Pods that are still ready", "no Pod answers any more")
                : Observation.holds("it gets none");
    }

    private Observation carriesAll(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(InventedPods.slice("a", 81, "10.9.0.1")));
        String lost = new InventedPods().converse(answer);
        return lost.isEmpty()
                ? Observation.holds("all that is said comes through")
                : Observation.never(
                        "a conversation in which the Pod speaks first, and which has two requests, as a whole", lost);
    }

    private Observation servesMany(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(InventedPods.slice("a", 81, "10.9.0.1", "10.9.0.2", "10.9.0.3")));
        return new InventedPods().serveBeside(answer, SILENT)
                ? Observation.holds("no client waits for a different one")
                : Observation.never(
                        "an answer while " + SILENT + " different clients say nothing yet", "there is none");
    }

    private Observation leavesOutEnding(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(InventedPods.ending("a", 81, "10.9.0.9", "10.9.0.1")));
        InventedPods pods = new InventedPods();
        for (int i = 0; i < CONNECTIONS / 2; i++) {
            pods.serve(answer, Set.of());
        }
        if (pods.dialled().contains("10.9.0.9:81")) {
            return Observation.never("no new connection to a Pod that is being deleted", "it still gets some");
        }
        answer.endpoints(List.of(InventedPods.ending("a", 81, "10.9.0.9")));
        pods.serve(answer, Set.of());
        return pods.dialled().contains("10.9.0.9:81")
                ? Observation.never(
                        "no new connection to a Pod that is being deleted", "it gets one when no Pod is ready")
                : Observation.holds("it gets none");
    }

    private Observation goesOn(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(InventedPods.slice("a", 81, "10.9.0.1", "10.9.0.2", "10.9.0.3")));
        for (int i = 0; i < 6; i++) {
            if (!new InventedPods().serve(answer, Set.of("10.9.0.2:81"))) {
                return Observation.never(
                        "every client to be served while one of three Pods refuses", "a client got no answer");
            }
        }
        for (int i = 0; i < 6; i++) {
            if (!new InventedPods().serve(answer, Set.of("10.9.0.1:81", "10.9.0.2:81"))) {
                return Observation.never(
                        "every client to be served while two of three Pods refuse", "a client got no answer");
            }
        }
        return Observation.holds("no client notices");
    }

    private Observation knowsAllSlices(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(InventedPods.slice("a", 81, "10.9.0.1"), InventedPods.slice("b", 82, "10.9.0.2")));
        Set<String> wanted = Set.of("10.9.0.1:81", "10.9.0.2:82");
        InventedPods pods = new InventedPods();
        // each of them refuses for a while, so that also an answer that prefers one of them comes to the other
        for (String refusing : wanted) {
            for (int i = 0; i < CONNECTIONS / 2; i++) {
                pods.serve(answer, Set.of(refusing));
            }
        }
        Set<String> dialled = new TreeSet<>(pods.dialled());
        return dialled.equals(wanted)
                ? Observation.holds("slices are parts of one whole")
                : Observation.never(
                        "connections to the endpoints of two slices, each at its own slice's port, and to no other",
                        wanted.containsAll(dialled)
                                ? "one of the slices gets none"
                                : "a connection to an endpoint that is in neither slice");
    }
}
