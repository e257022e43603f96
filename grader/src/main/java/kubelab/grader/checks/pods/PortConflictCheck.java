package kubelab.grader.checks.pods;

import java.time.Duration;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Endurance;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Pods;

/** pods-5. A Pod whose two containers want the same port. The port to move to and the Pod's labels come from the seed. */
final class PortConflictCheck implements PreparedCheck {
    private static final String POD = "shop";
    private static final String BROKEN = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: ports}
            data: {stats: "%1$d"}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: shop, labels: {app: shop, team: %2$s}}
            spec:
              containers:
              - {name: web, image: "nginx:1.27"}
              - {name: stats, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [netexec, --http-port=80, --udp-port=-1]}
            """;

    private int port;
    private String team = "";
    private final Endurance endurance = new Endurance(POD, Duration.ofMillis(3500), "web", "stats");

    @Override
    public void plan(CheckContext run) {
        port = 9000 + run.random().nextInt(900);
        run.note("port", port);
        team = run.word();
    }

    @Override
    public void prepare(CheckContext run) {
        run.create(BROKEN.formatted(port, team));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("steady", run -> Pods.allRun(run, POD, "web", "stats"))
                .look("web", endurance::begin, run -> Pods.answers(run, POD, 80, "", "nginx", "nginx's page"))
                .look("stats", this::stats)
                .look("same", run -> Pods.differsOnly(run, POD, BROKEN.formatted(port, team), "stats"))
                .look("stays", endurance::goesOn);
    }

    private Observation stats(CheckContext run) {
        Observation answers = Pods.answers(run, POD, port, "hostname", POD, "the Pod's name");
        return Given.keeps(run, "ports", "stats", "" + port, answers);
    }
}
