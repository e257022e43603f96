package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.apiserver.structural.ValueRules;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A write of the status is checked by the status' own part of the schema; upstream names places in it without what is before
 * them.
 *
 * <p>Source: ValidateStatusUpdate in k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go (1.34).
 */
final class StatusRules {
    private StatusRules() {}

    static List<Cause> check(CustomDefinition.Version version, ObjectNode object, ObjectNode old) {
        List<Cause> causes = new ArrayList<>();
        Structural root = version.schema();
        Structural schema = root == null ? null : root.at("status");
        JsonNode status = object.get("status");
        if (schema != null && status != null) {
            for (Cause cause : ValueRules.check(schema, status, old.get("status"), "")) {
                String field = cause.field().equals("<nil>") ? "status" : "status." + cause.field();
                causes.add(new Cause(cause.reason(), cause.message(), field));
            }
        }
        causes.addAll(ScaleRules.checkStatus(version, object));
        return causes;
    }
}
