package kubelab.labs.services;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-6: two Services with the same name, one here and one in the neighbours' namespace. */
public class TwoNamespaces implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        String neighbour = client.configMaps()
                .inNamespace(namespace)
                .withName("neighbour")
                .get()
                .getData()
                .get("namespace");
        String shop = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: shop
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      while true; do
                        wget -q -T 2 -O - http://$OURS/hostname; echo
                        wget -q -T 2 -O - http://$THEIRS/hostname; echo
                        sleep 1
                      done
                    env:
                    - name: OURS
                      # tag::solution[] ours
                      # starter: # TODO services-6: the name of your own stock.
                      # starter: value: localhost
                      value: stock
                      # end::solution[]
                    - name: THEIRS
                      # tag::solution[] theirs
                      # starter: # TODO services-6: the name of your neighbours' stock; NEIGHBOUR becomes their namespace.
                      # starter: value: localhost
                      value: stock.NEIGHBOUR
                      # end::solution[]
                """.replace("NEIGHBOUR", neighbour);
        client.resource(shop).inNamespace(namespace).create();
    }
}
