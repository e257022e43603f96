package kubelab.grader.checks.services;

import java.util.List;
import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.Services;

/** services-3. Allowed: an address that the cluster's balancer gave. Refused: any port of the Service's on the nodes. */
final class BehindBalancerCheck implements PreparedCheck {
    private int port;

    @Override
    public void plan(CheckContext run) {
        // a balancer on the nodes serves a port once, so no two gradings may have the same, even of the same seed
        int number = run.random().nextInt(9000) + run.namespace().hashCode();
        port = 20000 + Math.floorMod(number, 9000);
    }

    @Override
    public void prepare(CheckContext run) {
        Given.configMap(run, "customers", Map.of("port", String.valueOf(port)));
        ServerSets.deploy(run, run.namespace(), "shop", 2, 8000 + run.random().nextInt(1000));
        Http.from(run).ready();
        ServerSets.await(run, run.namespace(), "shop", 2);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("address", run -> Services.hasBalancerAddress(run, "shop"))
                .look("answers", this::answersThere)
                .look("inside", run -> isShopAt(run, "shop." + run.namespace(), "the name shop"))
                .look("no-node-port", run -> Services.opensNoNodePort(run, "shop"));
    }

    private Observation answersThere(CheckContext run) {
        List<String> addresses = Services.balancerAddresses(run, "shop");
        run.note("address", addresses.get(0));
        run.note("port", port);
        return isShopAt(run, addresses.get(0), "the balancer's address");
    }

    private Observation isShopAt(CheckContext run, String host, String where) {
        String expected = "an answer of the shop at " + where + " and the port of the ConfigMap";
        String url = "http://" + host + ":" + port + "/hostname";
        return Services.lacks(run, "shop", port, "that port")
                .map(what -> Observation.never(expected, what))
                .orElseGet(() -> Http.from(run).gives(url, a -> a.startsWith("shop-"), expected, "shop"));
    }
}
