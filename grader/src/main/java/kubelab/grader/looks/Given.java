package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import kubelab.grader.check.CheckContext;

/** What an exercise hands to its answer. */
public final class Given {
    private Given() {}

    /** A ConfigMap that the answer reads. */
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
}
