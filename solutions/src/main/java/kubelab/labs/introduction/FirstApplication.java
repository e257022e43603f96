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
                  # tag::solution[] pods
                  # starter: replicas: 1 # TODO introduction-2: how many Pods?
                  replicas: 2
                  # end::solution[]
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
        // tag::solution[] service
        // starter: // TODO introduction-2: make the Service hello. It begins as the Deployment does: create(client, …);
        create(client, namespace, """
                apiVersion: v1
                kind: Service
                metadata:
                  name: hello
                spec:
                  selector:
                    app: hello
                  ports:
                  - port: 80
                """);
        // end::solution[]
    }

    private static void create(KubernetesClient client, String namespace, String yaml) {
        client.resource(yaml).inNamespace(namespace).create();
    }
}
