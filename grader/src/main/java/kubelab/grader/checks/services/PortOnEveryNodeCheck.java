package kubelab.grader.checks.services;

import java.util.function.Predicate;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.Services;

/** services-2. Allowed: the pages on every node. Refused: any way from outside to the administration. */
final class PortOnEveryNodeCheck implements PreparedCheck {
    private static final Predicate<String> PAGE = text -> text.contains("nginx");
    private static final Predicate<String> SHOP = podName -> podName.startsWith("shop-");
    private static final String ADMIN = "shop-admin:9000/hostname";

    private int adminPort;

    @Override
    public void plan(CheckContext run) {
        adminPort = 8100 + run.random().nextInt(800);
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
                      - {name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}
                      - name: admin
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=%2$d, --udp-port=-1]
                        ports: [{name: admin, containerPort: %2$d}]
                """.formatted(run.namespace(), adminPort)).create();
        ServerSets.await(run, run.namespace(), "shop", 2);
        // a client's own node answers it also where it answers no other: there a Pod of the shop answers either way
        Http.from(run).readyBeside("shop");
    }

    @Override
    public Looks looks() {
        String nodes = "nginx's page at one port of every node";
        return new Looks()
                .look("inside", run -> Http.serves(run, "shop:80/", PAGE, "nginx's page at http://shop"))
                .look("nodes", run -> Http.from(run).givesOnEachNode("shop", PAGE, nodes))
                .look("admin", run -> Http.serves(run, ADMIN, SHOP, "an answer at http://shop-admin:9000"))
                .look("shut", run -> Services.closedTo(run, adminPort, "no way to the administration from outside"));
    }
}
