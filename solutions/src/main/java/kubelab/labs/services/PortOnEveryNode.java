package kubelab.labs.services;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-2: the shop's pages on every node, its administration inside the cluster only. */
public class PortOnEveryNode implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        create(client, namespace, """
                apiVersion: v1
                kind: Service
                metadata:
                  name: shop
                spec:
                  # tag::solution[] shop
                  # starter: # TODO services-2: choose the Pods, and open a port on every node.
                  type: NodePort
                  selector:
                    app: shop
                  # end::solution[]
                  ports:
                  - name: pages
                    port: 80
                    targetPort: http
                """);
        // tag::solution[] admin
        // starter: // TODO services-2: make the Service shop-admin.
        create(client, namespace, """
                apiVersion: v1
                kind: Service
                metadata:
                  name: shop-admin
                spec:
                  selector:
                    app: shop
                  ports:
                  - port: 9000
                    targetPort: admin
                """);
        // end::solution[]
    }

    private static void create(KubernetesClient client, String namespace, String yaml) {
        client.resource(yaml).inNamespace(namespace).create();
    }
}
