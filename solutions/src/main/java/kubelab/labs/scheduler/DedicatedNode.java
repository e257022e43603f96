package kubelab.labs.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** scheduler-2: Pods for a reserved node, and Pods that are only allowed there. */
public class DedicatedNode implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        create(client, namespace, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: team}
                spec:
                  replicas: 2
                  selector:
                    matchLabels: {app: team}
                  template:
                    metadata:
                      labels: {app: team}
                    spec:
                      # tag::solution[] team
                      # starter: # TODO scheduler-2: choose the reserved node, and tolerate its taint. See create() below
                      # starter: # for LABEL_KEY and the other words that you can use here.
                      nodeSelector:
                        LABEL_KEY: "LABEL_VALUE"
                      tolerations:
                      - key: TAINT_KEY
                        operator: Equal
                        value: "TAINT_VALUE"
                        effect: TAINT_EFFECT
                      # end::solution[]
                      containers:
                      - {name: main, image: "registry.k8s.io/pause:3.10"}
                """);
        // tag::solution[] tourist
        // starter: // TODO scheduler-2: the Deployment tourist, which may go to the reserved node, too.
        create(client, namespace, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: tourist}
                spec:
                  replicas: 2
                  selector:
                    matchLabels: {app: tourist}
                  template:
                    metadata:
                      labels: {app: tourist}
                    spec:
                      tolerations:
                      - key: TAINT_KEY
                        operator: Equal
                        value: "TAINT_VALUE"
                        effect: TAINT_EFFECT
                      containers:
                      - {name: main, image: "registry.k8s.io/pause:3.10"}
                """);
        // end::solution[]
    }

    /** Creates what the text describes; the words in capital letters become what the ConfigMap says. */
    private static void create(KubernetesClient client, String namespace, String yaml) {
        Map<String, String> reserved = client.configMaps()
                .inNamespace(namespace)
                .withName("reserved")
                .get()
                .getData();
        String[] label = reserved.get("label").split("=");
        String[] taint = reserved.get("taint").split("[=:]");
        client.resource(yaml.replace("LABEL_KEY", label[0])
                        .replace("LABEL_VALUE", label[1])
                        .replace("TAINT_KEY", taint[0])
                        .replace("TAINT_VALUE", taint[1])
                        .replace("TAINT_EFFECT", taint[2]))
                .inNamespace(namespace)
                .create();
    }
}
