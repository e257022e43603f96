package kubelab.grader.checks.services;

import java.util.List;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Replaced;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.Services;

/** services-1. Allowed: any Service that leads to the Pods of the set. Refused: another Pod, copied addresses, ways in. */
final class InsideServiceCheck implements PreparedCheck {
    private static final String AT = "web:80/hostname";

    private final Replaced web = new Replaced(List.of("web"));
    private int port;

    @Override
    public void plan(CheckContext run) {
        port = 8000 + run.random().nextInt(1000);
    }

    @Override
    public void prepare(CheckContext run) {
        ServerSets.deploy(run, run.namespace(), "web", 3, port);
        ServerSets.deploy(run, run.namespace(), "web-admin", 1, port);
        ServerSets.await(run, run.namespace(), "web", 3);
        ServerSets.await(run, run.namespace(), "web-admin", 1);
        Http.from(run).readyBeside("web");
    }

    @Override
    public Looks looks() {
        String app = "the Pods with the label app=web";
        return new Looks()
                .look("answers", run -> Http.serves(run, AT, name -> true, "a Service web whose port 80 answers"))
                .look("all", run -> Http.from(run)
                        .reachesEach(
                                Http.url(run, AT), "web", ServerSets.names(run, "web"), "answers from all of " + app))
                .look("only", run -> Http.from(run)
                        .onlyFrom(Http.url(run, AT), ServerSets.names(run, "web"), "answers from " + app + " only"))
                .look("closed", run -> Services.allClosed(run, "Services that only the cluster's own network knows"))
                .look("follows", run -> web.deleteOneAndAddOne(run, port), web::answer);
    }
}
