package kubelab.controlplane.cel;

import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.EmbeddedCluster;

/** Makes a definition without rules, says so, and makes one with a rule. */
final class ClusterWithAndWithoutRules {
    static final String MARK = "now a rule";

    private ClusterWithAndWithoutRules() {}

    public static void main(String[] args) {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            KubernetesClient client = cluster.client();
            define(client, "plain", "");
            System.out.println(MARK);
            define(client, "ruled", "x-kubernetes-validations: [{rule: 'self.metadata.name != \"x\"'}]");
        }
        System.exit(0);
    }

    private static void define(KubernetesClient client, String name, String rules) {
        client.resource("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %1$ss.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: %1$ss, kind: %1$s}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties: {spec: {type: object, properties: {a: {type: integer, default: 1}}}}
                        %2$s
                """.formatted(name, rules)).create();
    }
}
