package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import kubelab.grader.check.CheckContext;

/** Further namespaces beside the run's own one. */
public final class Neighbours {
    private Neighbours() {}

    /** A namespace called after the run's own one, which goes when that one goes; made if it is not there. Returns its name. */
    public static String of(CheckContext run, String suffix) {
        String name = run.namespace() + "-" + suffix;
        if (run.client().namespaces().withName(name).get() == null) {
            var owner = run.client().namespaces().withName(run.namespace()).require();
            var namespace = new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withLabels(owner.getMetadata().getLabels())
                    .withOwnerReferences(new OwnerReferenceBuilder()
                            .withApiVersion("v1")
                            .withKind("Namespace")
                            .withName(run.namespace())
                            .withUid(owner.getMetadata().getUid())
                            .build())
                    .endMetadata()
                    .build();
            run.client().resource(namespace).create();
            run.await(
                    "the ServiceAccount default in " + name,
                    () -> run.client()
                                    .serviceAccounts()
                                    .inNamespace(name)
                                    .withName("default")
                                    .get()
                            != null);
        }
        return name;
    }
}
