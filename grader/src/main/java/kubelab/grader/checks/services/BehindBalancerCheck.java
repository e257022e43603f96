package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;

/** services-3. Positive: the address that a balancer gave answers. Negative: nothing on the nodes' own ports. */
final class BehindBalancerCheck implements Check {
    private static final String SERVICE = "shop";

    private int port;

    @Override
    public void plan(CheckContext run) {
        // A balancer on the nodes serves a port once, and several answers may be graded on one cluster at the same time
        // from the same seed: so the namespace's name, which is unique, has a part in it.
        port = 20000
                + Math.floorMod(run.random().nextInt(9000) + run.namespace().hashCode(), 9000);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("wish")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("port", String.valueOf(port))
                        .build())
                .create();
        ServerSets.deploy(run, run.namespace(), SERVICE, 2, 8000 + run.random().nextInt(1000));
        Http.from(run).ready();
        ServerSets.await(run, run.namespace(), SERVICE, 2);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("address", "The Service shop has an address from a balancer", 3)
                        .hint(1)
                        .shownBy("get service shop")
                        .within(Duration.ofSeconds(60))
                        .evenIfQuiet()
                        .when(BehindBalancerCheck::hasAddress),
                Criterion.of("answers", "At that address the shop answers, at the port of the ConfigMap", 3)
                        .needs("address")
                        .hint(2)
                        .shownBy("get endpointslices -l kubernetes.io/service-name=shop")
                        .when(this::answersThere),
                Criterion.of("inside", "It answers inside the cluster, too", 2)
                        .hidden()
                        .hint(2)
                        .shownBy("get endpointslices -l kubernetes.io/service-name=shop")
                        .when(this::answersInside),
                Criterion.of("no-door", "It has no ports of its own on the nodes", 2)
                        .needs("address")
                        .hint(3)
                        .shownBy("get service shop")
                        .when(BehindBalancerCheck::hasNoNodePorts));
    }

    private static Observation hasAddress(CheckContext run) {
        String expected = "a Service shop with an EXTERNAL-IP";
        Optional<Service> service = service(run);
        if (service.isEmpty()) {
            return Observation.never(expected, "there is no Service shop");
        }
        String type = service.get().getSpec().getType();
        String balancer = service.get().getSpec().getLoadBalancerClass();
        if (!"LoadBalancer".equals(type)) {
            return Observation.never(expected, "its type is " + type + ", which asks for none");
        } else if (balancer != null) {
            return Observation.never(
                    expected,
                    "<pending>: it waits for a balancer of the class " + balancer + ", and nobody serves that");
        }
        return addresses(service.get()).isEmpty()
                ? Observation.notYet(expected, "<pending>: no balancer has given it one")
                : Observation.holds("a balancer has taken it on");
    }

    private Observation answersThere(CheckContext run) {
        Http client = Http.from(run);
        List<String> addresses =
                service(run).map(BehindBalancerCheck::addresses).orElse(List.of());
        boolean all = addresses.stream().allMatch(a -> isShop(client.get("http://" + a + ":" + port + "/hostname")));
        return all
                ? Observation.holds("from outside, too")
                : Observation.notYet(
                        "an answer of the shop at the balancer's address", ServiceEndpoints.describe(run, SERVICE));
    }

    private Observation answersInside(CheckContext run) {
        return isShop(Http.from(run).get("http://" + SERVICE + "." + run.namespace() + ":" + port + "/hostname"))
                ? Observation.holds("a LoadBalancer is a ClusterIP as well")
                : Observation.notYet(
                        "an answer at http://shop and the port of the ConfigMap",
                        ServiceEndpoints.describe(run, SERVICE));
    }

    private static Observation hasNoNodePorts(CheckContext run) {
        boolean some = service(run).stream()
                .flatMap(s -> s.getSpec().getPorts().stream())
                .anyMatch(p -> p.getNodePort() != null && p.getNodePort() != 0);
        return some
                ? Observation.never("a Service without node ports", "it has opened one on every node")
                : Observation.holds("the balancer is the only way in");
    }

    private static boolean isShop(Optional<String> answer) {
        return answer.filter(name -> name.startsWith(SERVICE + "-")).isPresent();
    }

    private static Optional<Service> service(CheckContext run) {
        return Optional.ofNullable(run.client()
                .services()
                .inNamespace(run.namespace())
                .withName(SERVICE)
                .get());
    }

    private static List<String> addresses(Service service) {
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(i -> i.getIp() == null ? i.getHostname() : i.getIp())
                .toList();
    }
}
