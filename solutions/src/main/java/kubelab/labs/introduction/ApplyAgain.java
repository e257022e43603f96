package kubelab.labs.introduction;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import kubelab.labkit.StateExercise;

/** introduction-3: a manifest is applied again, where much of it is there already. */
public class ApplyAgain implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        String manifest = client.configMaps()
                .inNamespace(namespace)
                .withName("wanted")
                .get()
                .getData()
                .get("app.yaml");
        var yaml = new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8));
        for (HasMetadata object : client.load(yaml).items()) {
            // tag::solution[] object
            // starter: // TODO introduction-3: object is what the manifest says. Bring it about, whatever is there.
            // starter: client.resource(object).inNamespace(namespace).get();
            client.resource(object).inNamespace(namespace).forceConflicts().serverSideApply();
            // end::solution[]
        }
    }
}
