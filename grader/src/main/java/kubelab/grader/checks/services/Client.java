package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;

/**
 * A Pod of the check's own that sends requests as any client in the cluster would. It lives in a namespace of its own,
 * where the answer cannot reach it, so it has to call a Service by its name and its namespace.
 */
final class Client {
    private static final String POD = "client";
    private static final String CONTAINER = "main";

    private final CheckContext there;

    private Client(CheckContext there) {
        this.there = there;
    }

    /** The client that belongs to this run's namespace; made if it is not there, and running when this returns. */
    static Client of(CheckContext run) {
        String namespace = neighbour(run, "client");
        CheckContext there = new CheckContext(run.client(), namespace, run.random(), run.answer());
        if (there.pod(POD).isEmpty()) {
            run.client().resource("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s, namespace: %s}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: %s
                        image: busybox:1.36
                        command: [sleep, "86400"]
                    """.formatted(POD, namespace, CONTAINER)).create();
        }
        there.await("a running client", () -> there.pod(POD)
                .filter(p -> CheckContext.isRunning(p, CONTAINER))
                .isPresent());
        return new Client(there);
    }

    /** A further namespace, called after the run's own one, which goes when that one goes. Returns its name. */
    static String neighbour(CheckContext run, String suffix) {
        String name = run.namespace() + "-" + suffix;
        if (run.client().namespaces().withName(name).get() == null) {
            var owner = run.client().namespaces().withName(run.namespace()).require();
            var namespace = new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withLabels(owner.getMetadata().getLabels())
                    .withOwnerReferences(new OwnerReferenceBuilder()
                            .withApiVersion("v1")
                            .withKind("Namespace")
                            .withName(run.namespace())
                            .withUid(owner.getMetadata().getUid())
                            .build())
                    .endMetadata()
                    .build();
            run.client().resource(namespace).create();
            run.await(
                    "the ServiceAccount default in " + name,
                    () -> run.client()
                                    .serviceAccounts()
                                    .inNamespace(name)
                                    .withName("default")
                                    .get()
                            != null);
        }
        return name;
    }

    /** What a GET answers, empty if nobody does within two seconds. */
    Optional<String> get(String url) {
        CheckContext.Executed got = there.exec(POD, CONTAINER, "wget", "-q", "-T", "2", "-O", "-", url);
        return got.ok() ? Optional.of(got.out()) : Optional.empty();
    }

    /** The different answers to so many requests, each over a connection of its own; stops at the first that fails. */
    Set<String> answers(String url, int requests) {
        String loop =
                "i=0; while [ $i -lt " + requests + " ] && wget -q -T 2 -O - " + url + "; do i=$((i+1)); echo; done";
        return there.exec(POD, CONTAINER, "sh", "-c", loop)
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What nslookup prints for a name that ends in the cluster's domain. */
    String lookUp(String name) {
        return there.exec(POD, CONTAINER, "nslookup", name).out();
    }

    /** The addresses by which somebody outside knows the nodes. */
    static List<String> nodes(CheckContext run) {
        return run.client().nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getAddresses().stream()
                        .filter(a -> a.getType().equals("InternalIP"))
                        .limit(1))
                .map(a -> a.getAddress())
                .toList();
    }

    static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
