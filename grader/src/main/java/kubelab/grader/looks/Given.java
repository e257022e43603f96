package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** What a task gives its learner to begin with. */
public final class Given {
    private Given() {}

    /** A ConfigMap in the run's namespace. */
    public static void configMap(CheckContext run, String name, Map<String, String> data) {
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .withData(data)
                        .build())
                .create();
    }

    /** What is seen, where the ConfigMap still says what it said; otherwise that it does not. */
    public static Observation keeps(CheckContext run, String configMap, String key, String value, Observation seen) {
        var now = run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withName(configMap)
                .require();
        String says = String.valueOf(now.getData().get(key));
        return says.equals(value)
                ? seen
                : Observation.never(
                        "the ConfigMap " + configMap + " as it was, with " + key + ": " + value,
                        "it was changed, and says " + says);
    }

    /** Whether there is this ConfigMap, and it has this value for the key. */
    public static boolean says(CheckContext run, String configMap, String key, String value) {
        var now = run.client()
                .configMaps()
                .inNamespace(run.namespace())
                .withName(configMap)
                .get();
        return now != null
                && now.getData() != null
                && value.equals(now.getData().get(key));
    }

    /**
     * A Service whose ports lead to the port that the Pods call {@code http}.
     *
     * @param app the value of the label {@code app} that it selects
     */
    public static void service(CheckContext run, String namespace, String name, String app, int... ports) {
        StringBuilder each = new StringBuilder();
        for (int port : ports) {
            each.append("  - {name: p%1$d, port: %1$d, targetPort: http}\n".formatted(port));
        }
        run.client().resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec:
                  selector: {app: %s}
                  ports:
                """.formatted(name, namespace, app) + each).create();
    }

    /** A Service in the run's namespace that selects one label and leads from port 80 to a port by name or number. */
    public static void service(CheckContext run, String name, String label, String value, String target) {
        run.client()
                .resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {selector: {%s: %s}, ports: [{port: 80, targetPort: %s}]}
                """.formatted(name, run.namespace(), label, value, target))
                .create();
    }

    /** A Service {@code stock} in the run's namespace with one Pod that answers; returns when it is ready. */
    public static void stock(CheckContext run, String app) {
        ServerSets.deploy(run, run.namespace(), app, 1, 8000 + run.random().nextInt(1000));
        service(run, "stock", "app", app, "http");
        ServerSets.await(run, run.namespace(), app, 1);
    }

    /**
     * A Deployment of one Pod and a Service of its name, at port 80, with a fault.
     *
     * @param fault {@code selector}: the Service selects a label that no Pod has; {@code target}: it leads to a port where
     *     no program listens; {@code probe}: the Pod is asked at that port and never becomes ready
     */
    public static void shop(CheckContext run, String name, int port, String fault) {
        int wrong = port + 1;
        int probed = fault.equals("probe") ? wrong : port;
        ServerSets.deployProbed(run, run.namespace(), name, 1, port, probed);
        String label = fault.equals("selector") ? "name" : "app";
        service(run, name, label, name, fault.equals("target") ? String.valueOf(wrong) : "http");
        ServerSets.awaitRunning(run, name);
        if (probed == port) {
            ServerSets.await(run, run.namespace(), name, 1);
        }
    }
}
