package kubelab.controlplane.admission.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.ResourceId;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The parameters of a binding. Source: CollectParams in k8s.io/apiserver/pkg/admission/plugin/policy/generic (1.34). */
final class PolicyParams {
    private PolicyParams() {}

    /** A binding whose parameters are wrong, or not there. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * @return an evaluation is due for each; null in it stands for none
     * @throws Missing as the refusal says it
     */
    static List<@Nullable ObjectNode> of(
            ObjectNode policy, ObjectNode binding, AdmissionRequest request, ObjectReader reader) throws Missing {
        ObjectNode kind = Json.object(policy, "spec", "paramKind");
        ObjectNode ref = Json.object(binding, "spec", "paramRef");
        if (kind == null || ref == null) {
            return Collections.singletonList(null);
        }
        String apiVersion = Json.string(kind, "apiVersion");
        ResourceId resource = reader.kind(apiVersion, Json.string(kind, "kind"));
        if (resource == null) {
            throw new Missing("failed to find resource referenced by paramKind: '"
                    + apiVersion.replaceFirst("^(.*)/(.*)$", "$1/$2") + ", Kind=" + Json.string(kind, "kind") + "'");
        }
        String namespace = Json.string(ref, "namespace");
        if (!resource.namespaced()) {
            if (!namespace.isEmpty()) {
                throw new Missing("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            }
        } else if (namespace.isEmpty()) {
            namespace = request.namespace();
            if (namespace.isEmpty()) {
                throw new Missing(
                        "cannot use namespaced paramRef in policy binding that matches cluster-scoped" + " resources");
            }
        }
        List<@Nullable ObjectNode> params = new ArrayList<>();
        String name = Json.string(ref, "name");
        ObjectNode selector = Json.object(ref, "selector");
        if (!name.isEmpty()) {
            ObjectNode param = reader.get(resource.group(), resource.plural(), namespace, name);
            if (param != null) {
                params.add(param);
            }
        } else if (selector != null) {
            for (ObjectNode param : reader.list(resource.group(), resource.plural(), namespace)) {
                if (PolicyMatch.selects(selector, param)) {
                    params.add(param);
                }
            }
        }
        if (params.isEmpty() && Json.string(ref, "parameterNotFoundAction").equals("Deny")) {
            throw new Missing("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return params;
    }
}
