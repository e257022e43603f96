package kubelab.labs.services;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import kubelab.labkit.StateExercise;

/** services-4: the name db of this namespace for a server that is somewhere else. */
public class AnotherName implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Map<String, String> target = client.configMaps()
                .inNamespace(namespace)
                .withName("target")
                .get()
                .getData();
        String db = """
                apiVersion: v1
                kind: Service
                metadata:
                  name: db
                spec:
                  # TODO services-4: give the name HOST in place of an address and ports.
                  ports:
                  - port: PORT
                """.replace("HOST", target.get("host")).replace("PORT", target.get("port"));
        client.resource(db).inNamespace(namespace).create();
    }
}
