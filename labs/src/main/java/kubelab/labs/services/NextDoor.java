package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-6: two Services of the same name, one here and one next door. */
public class NextDoor implements StateExercise {
    private static final String ASK = """
            while true; do
              wget -q -T 2 -O - http://$OURS/hostname; echo
              wget -q -T 2 -O - http://$THEIRS/hostname; echo
              sleep 1
            done""";

    @Override
    public void apply(KubernetesClient client, String namespace) {
        String neighbour = client.configMaps()
                .inNamespace(namespace)
                .withName("neighbour")
                .get()
                .getData()
                .get("namespace");
        String ours = "localhost";
        String theirs = "localhost";
        System.out.println("next door is " + neighbour);
        Pod shop = new PodBuilder()
                .withNewMetadata()
                .withName("shop")
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("main")
                .withImage("busybox:1.36")
                .withCommand("sh", "-c", ASK)
                .addNewEnv()
                .withName("OURS")
                .withValue(ours)
                .endEnv()
                .addNewEnv()
                .withName("THEIRS")
                .withValue(theirs)
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
        client.pods().inNamespace(namespace).resource(shop).create();
    }
}
