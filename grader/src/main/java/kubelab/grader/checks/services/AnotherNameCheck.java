package kubelab.grader.checks.services;

import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Dns;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Neighbours;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.Services;

/** services-4. Allowed: an alias. Refused: an address or endpoints. The database is a Service of another namespace. */
final class AnotherNameCheck implements PreparedCheck {
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
    public void prepare(CheckContext run) {
        String elsewhere = Neighbours.of(run, "data");
        ServerSets.deploy(run, elsewhere, name, 1, 8000 + run.random().nextInt(1000));
        Given.service(run, elsewhere, name, name, port, second);
        Given.configMap(run, "target", Map.of("host", host(run), "port", String.valueOf(port)));
        Http.from(run).ready();
        ServerSets.await(run, elsewhere, name, 1);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("alias", run -> Dns.isAlias(run, "db", host(run), "a CNAME record for the name in the ConfigMap"))
                .look("answers", run -> answers(run, port, "at its port"))
                .look("nothing", run -> Services.isOnlyAName(run, "db"))
                .look("ports", run -> answers(run, second, "at its other port"));
    }

    private String host(CheckContext run) {
        run.note("ports", port + " and " + second);
        return name + "." + run.namespace() + "-data.svc.cluster.local";
    }

    private Observation answers(CheckContext run, int at, String where) {
        String url = "http://db." + run.namespace() + ".svc.cluster.local:" + at + "/hostname";
        return Http.from(run).get(url).filter(text -> text.startsWith(name)).isPresent()
                ? Observation.holds("the database itself answers")
                : Observation.notYet("an answer of the database under the name db, " + where, "there is none");
    }
}
