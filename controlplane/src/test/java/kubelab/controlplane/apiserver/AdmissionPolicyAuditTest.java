package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What policies say of a request in the audit trail. Upstream writes it to a file that parity suites do not see. */
class AdmissionPolicyAuditTest {
    @Test
    void annotations_and_failures_are_in_the_audit_trail() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            KubernetesClient client = cluster.client();
            client.resource("""
                    apiVersion: admissionregistration.k8s.io/v1
                    kind: ValidatingAdmissionPolicy
                    metadata: {name: noted}
                    spec:
                      matchConstraints:
                        resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps], resourceNames: [seen]}]
                      validations: [{expression: "object.data.size() > 1", message: too small}]
                      auditAnnotations:
                      - {key: size, valueExpression: "'size ' + string(object.data.size())"}
                      - {key: none, valueExpression: "object.data.size() > 5 ? 'large' : ''"}
                    """).create();
            client.resource("""
                    apiVersion: admissionregistration.k8s.io/v1
                    kind: ValidatingAdmissionPolicyBinding
                    metadata: {name: noting}
                    spec: {policyName: noted, validationActions: [Audit]}
                    """).create();
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("seen")
                            .withNamespace("default")
                            .endMetadata()
                            .addToData("a", "b")
                            .build())
                    .create();
            ObjectNode event = client.raw("/logs/kubernetes/audit.log")
                    .lines()
                    .map(Json::parseObject)
                    .filter(e -> Json.string(e, "verb").equals("create")
                            && Json.string(e, "objectRef", "name").equals("seen"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Json.map(event, "annotations"))
                    .containsEntry("noted/size", "size 1")
                    .containsEntry(
                            "validation.policy.admission.k8s.io/validation_failure",
                            "[{\"message\":\"too small\",\"policy\":\"noted\",\"binding\":\"noting\",\"expressionIndex\":0,"
                                    + "\"validationActions\":[\"Audit\"]}]")
                    .doesNotContainKey("noted/none");
        }
    }
}
