package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;

/** services-5. Three shops and three faults; the seed says which has which. */
final class SilentShopsCheck implements Check {
    private static final List<String> SHOPS = List.of("books", "films", "music");
    private static final String IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53";
    /** So many requests hit one of three endpoints, if it is there, but once in ten million times. */
    private static final int REQUESTS = 40;

    private enum Fault {
        SELECTOR,
        TARGET_PORT,
        NOT_READY
    }

    private final List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    private int port;

    @Override
    public void plan(CheckContext run) {
        Collections.shuffle(faults, run.random());
        port = 8000 + run.random().nextInt(1000);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        for (int i = 0; i < SHOPS.size(); i++) {
            create(run, SHOPS.get(i), port + 10 * i, faults.get(i));
        }
        Http.from(run).ready();
        for (int i = 0; i < SHOPS.size(); i++) {
            String shop = SHOPS.get(i);
            run.await(
                    "a running Pod of " + shop,
                    () ->
                            run
                                    .client()
                                    .pods()
                                    .inNamespace(run.namespace())
                                    .withLabel("app", shop)
                                    .list()
                                    .getItems()
                                    .stream()
                                    .anyMatch(p -> CheckContext.isRunning(p, "web")));
            if (faults.get(i) != Fault.NOT_READY) {
                ServerSets.await(run, run.namespace(), shop, 1);
            }
        }
    }

    private static void create(CheckContext run, String shop, int port, Fault fault) {
        run.client()
                .resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s, team: shops}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: %3$s
                        args: [netexec, --http-port=%4$d, --udp-port=-1]
                        ports: [{name: http, containerPort: %4$d}]
                        readinessProbe: {httpGet: {path: /hostname, port: %5$d}, periodSeconds: 1}
                """.formatted(shop, run.namespace(), IMAGE, port, fault == Fault.NOT_READY ? port + 1 : port))
                .create();
        run.client()
                .resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  selector: {%3$s: %1$s}
                  ports: [{port: 80, targetPort: %4$s}]
                """.formatted(
                                shop,
                                run.namespace(),
                                fault == Fault.SELECTOR ? "name" : "app",
                                fault == Fault.TARGET_PORT ? String.valueOf(port + 1) : "http"))
                .create();
    }

    @Override
    public List<Criterion> criteria() {
        Stream<Criterion> each = SHOPS.stream()
                .map(shop -> Criterion.of(shop, "The Service " + shop + " answers, and it is its own shop that does", 3)
                        .hint(2)
                        .shownBy("describe service " + shop)
                        .within(Duration.ofSeconds(30))
                        .when(run -> answers(run, shop)));
        Criterion kept = Criterion.of("kept", "The programs and their readiness probes are still there", 1)
                .hidden()
                .needs(SHOPS.toArray(String[]::new))
                .hint(3)
                .shownBy("get deployments -o wide")
                .when(this::kept);
        return Stream.concat(each, Stream.of(kept)).toList();
    }

    private static Observation answers(CheckContext run, String shop) {
        String expected = "answers from the Pods of " + shop + " only, at http://" + shop;
        Set<String> heard = Http.from(run).answers("http://" + shop + "." + run.namespace() + "/hostname", REQUESTS);
        if (heard.isEmpty()) {
            return Observation.notYet(expected, ServiceEndpoints.describe(run, shop));
        }
        return heard.stream().allMatch(pod -> pod.startsWith(shop + "-"))
                ? Observation.holds("it answers")
                : Observation.notYet(expected, "Pods of another shop answer as well");
    }

    private Observation kept(CheckContext run) {
        for (int i = 0; i < SHOPS.size(); i++) {
            int wanted = port + 10 * i;
            List<Container> containers = run
                    .client()
                    .pods()
                    .inNamespace(run.namespace())
                    .withLabel("app", SHOPS.get(i))
                    .list()
                    .getItems()
                    .stream()
                    .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                    .flatMap(p -> p.getSpec().getContainers().stream())
                    .toList();
            if (containers.stream().anyMatch(c -> c.getReadinessProbe() == null)) {
                return Observation.never(
                        "every Pod to be probed before it gets traffic", "one has no readiness probe any more");
            }
            boolean same = containers.stream()
                    .allMatch(c -> c.getImage().equals(IMAGE) && c.getArgs().contains("--http-port=" + wanted));
            if (!same) {
                return Observation.never(
                        "images and arguments as they were", "those of " + SHOPS.get(i) + " were changed");
            }
        }
        return Observation.holds("a repair, not a rewrite");
    }
}
