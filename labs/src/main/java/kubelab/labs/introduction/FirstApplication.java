package kubelab.labs.introduction;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** introduction-2: two Pods that serve a page, and one name for them. */
public class FirstApplication implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        create(client, namespace, """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: hello
                spec:
                  replicas: 1 # TODO introduction-2: how many Pods?
                  selector:
                    matchLabels:
                      app: hello
                  template:
                    metadata:
                      labels:
                        app: hello
                    spec:
                      containers:
                      - name: web
                        image: nginx:1.27
                        volumeMounts:
                        - name: page
                          mountPath: /usr/share/nginx/html
                      volumes:
                      - name: page
                        configMap:
                          name: page
                """);
        // TODO introduction-2: make the Service hello. It begins as the Deployment does: create(client, …);
    }

    private static void create(KubernetesClient client, String namespace, String yaml) {
        client.resource(yaml).inNamespace(namespace).create();
    }
}
