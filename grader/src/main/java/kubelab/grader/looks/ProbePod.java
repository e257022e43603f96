package kubelab.grader.looks;

import kubelab.grader.check.CheckContext;

/**
 * A Pod of the check's own that asks as any client in the cluster would. It lives in a namespace of its own, where the
 * answer cannot reach it, so it has to call a Service by its name and its namespace.
 */
final class ProbePod {
    private static final String POD = "client";
    private static final String CONTAINER = "main";

    private ProbePod() {}

    /** The one that belongs to this run's namespace executes a command; made if it is not there. */
    static CheckContext.Executed exec(CheckContext run, String... command) {
        return placed(run, "", command);
    }

    /** Makes the one that belongs to this run's namespace, on this node. */
    static void make(CheckContext run, String node) {
        placed(run, "nodeName: " + node, "true");
    }

    /** @param place a line of its spec, if it is not there yet */
    private static CheckContext.Executed placed(CheckContext run, String place, String... command) {
        CheckContext there = run.in(Neighbours.of(run, "client"));
        if (there.pod(POD).isEmpty()) {
            run.client()
                    .resource("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, namespace: %s}
                    spec:
                      %s
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: %s
                        image: busybox:1.36
                        command: [sleep, "86400"]
                    """.formatted(POD, there.namespace(), place, CONTAINER))
                    .create();
        }
        there.await("a running client", () -> there.pod(POD)
                .filter(p -> CheckContext.isRunning(p, CONTAINER))
                .isPresent());
        return there.exec(POD, CONTAINER, command);
    }
}
