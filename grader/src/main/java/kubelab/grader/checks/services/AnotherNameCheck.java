package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Dns;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Neighbours;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;

/**
 * services-4. Positive: the name leads to the database at every port. Negative: nothing of the answer's stands in
 * between. The database is a Service of another namespace, so that no other name server is needed.
 */
final class AnotherNameCheck implements Check {
    private static final String ALIAS = "db";

    private String name = "";
    private int port;
    private int second;

    @Override
    public void plan(CheckContext run) {
        name = "db-" + run.word();
        port = 5000 + run.random().nextInt(500);
        second = port + 1 + run.random().nextInt(400);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String elsewhere = Neighbours.of(run, "data");
        ServerSets.deploy(run, elsewhere, name, 1, 8000 + run.random().nextInt(1000));
        run.client().resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  selector: {app: %1$s}
                  ports:
                  - {name: main, port: %3$d, targetPort: http}
                  - {name: second, port: %4$d, targetPort: http}
                """.formatted(name, elsewhere, port, second)).create();
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("target")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("host", host(run))
                        .addToData("port", String.valueOf(port))
                        .build())
                .create();
        Http.from(run).ready();
        ServerSets.await(run, elsewhere, name, 1);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("alias", "The name db is an alias of the database's real name", 4)
                        .hint(2)
                        .shownBy("get service db")
                        .when(this::isAlias),
                Criterion.of("answers", "The database answers under the name db", 3)
                        .hint(2)
                        .shownBy("run ask --rm -i --restart=Never --image=busybox:1.36 -- nslookup db")
                        .when(run -> answers(run, port, "at its port")),
                Criterion.of("nothing", "Nothing stands in between: no address, no endpoints", 2)
                        .needs("alias")
                        .hint(1)
                        .shownBy("get service,endpointslices")
                        .when(AnotherNameCheck::nothingBetween),
                Criterion.of("ports", "It answers at its other port as well", 1)
                        .hidden()
                        .needs("answers")
                        .hint(3)
                        .shownBy("get service db -o yaml")
                        .when(run -> answers(run, second, "at its other port")));
    }

    private String host(CheckContext run) {
        return name + "." + run.namespace() + "-data.svc.cluster.local";
    }

    private Observation isAlias(CheckContext run) {
        String expected = "a CNAME record for the name in the ConfigMap";
        if (service(run).isEmpty()) {
            return Observation.notYet(expected, "there is no Service db");
        }
        String type = service(run).get().getSpec().getType();
        if (!"ExternalName".equals(type)) {
            return Observation.never(expected, "the Service db is of type " + type);
        }
        String given = service(run).get().getSpec().getExternalName();
        boolean told = Dns.lookUp(run, ALIAS + "." + run.namespace() + ".svc.cluster.local")
                .contains("canonical name = " + host(run));
        return told
                ? Observation.holds("a name for a name")
                : Observation.notYet(
                        expected,
                        host(run).equals(given)
                                ? "the name server does not say so"
                                : "it is an alias of another name than the one in the ConfigMap");
    }

    private Observation answers(CheckContext run, int at, String where) {
        return Http.from(run)
                        .get("http://" + ALIAS + "." + run.namespace() + ".svc.cluster.local:" + at + "/hostname")
                        .filter(text -> text.startsWith(name))
                        .isPresent()
                ? Observation.holds("the database itself answers")
                : Observation.notYet("an answer of the database under the name db, " + where, "there is none");
    }

    private static Observation nothingBetween(CheckContext run) {
        String address = service(run).map(s -> s.getSpec().getClusterIP()).orElse("");
        boolean none = address == null || address.isEmpty();
        int endpoints = ServiceEndpoints.of(run, ALIAS).size();
        return none && endpoints == 0
                ? Observation.holds("a record in the name server, and nothing else")
                : Observation.never(
                        "no address and no endpoints",
                        none ? "there are endpoints for db" : "db has an address of its own");
    }

    private static Optional<Service> service(CheckContext run) {
        return Optional.ofNullable(run.client()
                .services()
                .inNamespace(run.namespace())
                .withName(ALIAS)
                .get());
    }
}
