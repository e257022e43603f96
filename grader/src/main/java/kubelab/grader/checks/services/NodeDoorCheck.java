package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Placement;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;

/** services-2. Positive: every node answers on the same port. Negative: no node port leads to the other container. */
final class NodeDoorCheck implements Check {
    private static final String SHOP = "shop";
    private static final String ADMIN = "shop-admin";

    private int adminPort;

    @Override
    public void plan(CheckContext run) {
        adminPort = 8100 + run.random().nextInt(800);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        run.client().resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, namespace: %1$s}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: nginx:1.27
                        ports: [{name: http, containerPort: 80}]
                      - name: admin
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=%2$d, --udp-port=-1]
                        ports: [{name: admin, containerPort: %2$d}]
                """.formatted(run.namespace(), adminPort)).create();
        Http.from(run).ready();
        ServerSets.await(run, run.namespace(), SHOP, 2);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("inside", "http://shop gives the pages inside the cluster", 2)
                        .hint(1)
                        .shownBy("get endpointslices -l kubernetes.io/service-name=shop")
                        .when(NodeDoorCheck::pagesInside),
                Criterion.of("nodes", "The same port gives them on every node", 4)
                        .needs("inside")
                        .hint(2)
                        .shownBy("get service shop")
                        .when(NodeDoorCheck::pagesOnNodes),
                Criterion.of("admin", "http://shop-admin:9000 gives the administration inside the cluster", 2)
                        .hint(3)
                        .shownBy("get endpointslices -l kubernetes.io/service-name=shop-admin")
                        .when(NodeDoorCheck::adminInside),
                Criterion.of("shut", "No port on a node leads to the administration", 2)
                        .hidden()
                        .needs("admin")
                        .hint(1)
                        .shownBy("get services")
                        .when(NodeDoorCheck::adminIsShut));
    }

    private static Observation pagesInside(CheckContext run) {
        String expected = "nginx's page at http://shop";
        if (service(run, SHOP).isEmpty()) {
            return Observation.notYet(expected, "there is no Service shop");
        }
        return isPage(Http.from(run).get("http://shop." + run.namespace()))
                ? Observation.holds("the pages come")
                : Observation.notYet(expected, ServiceEndpoints.describe(run, SHOP));
    }

    private static Observation pagesOnNodes(CheckContext run) {
        String expected = "nginx's page at one port of every node";
        Optional<Integer> port = ports(run, SHOP)
                .filter(p -> p.getPort() == 80)
                .map(ServicePort::getNodePort)
                .filter(p -> p != null && p != 0)
                .findFirst();
        if (port.isEmpty()) {
            return Observation.notYet(expected, "the Service shop has no port on the nodes");
        }
        List<String> nodes = Placement.addresses(run);
        Http client = Http.from(run);
        long open = nodes.stream()
                .filter(node -> isPage(client.get("http://" + node + ":" + port.get())))
                .count();
        return open == nodes.size()
                ? Observation.holds("wherever somebody knocks, the door is open")
                : Observation.notYet(expected, "it comes from " + open + " of " + nodes.size() + " nodes");
    }

    private static Observation adminInside(CheckContext run) {
        String expected = "an answer at http://shop-admin:9000";
        if (service(run, ADMIN).isEmpty()) {
            return Observation.notYet(expected, "there is no Service shop-admin");
        }
        return Http.from(run)
                        .get("http://" + ADMIN + "." + run.namespace() + ":9000/hostname")
                        .isPresent()
                ? Observation.holds("the administration answers")
                : Observation.notYet(expected, ServiceEndpoints.describe(run, ADMIN));
    }

    /** The pages know no /hostname, the administration does. */
    private static Observation adminIsShut(CheckContext run) {
        Http client = Http.from(run);
        String node = Placement.addresses(run).get(0);
        boolean open = run.client().services().inNamespace(run.namespace()).list().getItems().stream()
                .flatMap(s -> s.getSpec().getPorts().stream())
                .map(ServicePort::getNodePort)
                .filter(p -> p != null && p != 0)
                .anyMatch(p ->
                        client.get("http://" + node + ":" + p + "/hostname").isPresent());
        return open
                ? Observation.never(
                        "the administration to be reached inside the cluster only", "a port on the nodes leads there")
                : Observation.holds("only who is inside gets there");
    }

    private static boolean isPage(Optional<String> answer) {
        return answer.filter(text -> text.contains("nginx")).isPresent();
    }

    private static Optional<Service> service(CheckContext run, String name) {
        return Optional.ofNullable(run.client()
                .services()
                .inNamespace(run.namespace())
                .withName(name)
                .get());
    }

    private static Stream<ServicePort> ports(CheckContext run, String name) {
        return service(run, name).stream().flatMap(s -> s.getSpec().getPorts().stream());
    }
}
