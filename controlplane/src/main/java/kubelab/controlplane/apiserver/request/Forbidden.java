package kubelab.controlplane.apiserver.request;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The refusal of an authorizer. Source: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters, release 1.34. */
public final class Forbidden {
    private Forbidden() {}

    public static ApiException of(Authorizer.Attributes asked, String reason) {
        String because = reason.isEmpty() ? "" : ": " + reason;
        if (!asked.resourceRequest()) {
            return new ApiException(
                    403,
                    "Forbidden",
                    "forbidden: User \"" + asked.user().name() + "\" cannot " + asked.verb() + " path \"" + asked.path()
                            + "\"" + because);
        }
        String resource =
                asked.subresource().isEmpty() ? asked.resource() : asked.resource() + "/" + asked.subresource();
        String where = asked.namespace().isEmpty() || asked.resource().equals("namespaces")
                ? " at the cluster scope"
                : " in the namespace \"" + asked.namespace() + "\"";
        String qualified = asked.group().isEmpty() ? asked.resource() : asked.resource() + "." + asked.group();
        String subject = asked.name().isEmpty() ? qualified : qualified + " \"" + asked.name() + "\"";
        ObjectNode details = Json.object();
        if (!asked.name().isEmpty()) {
            details.put("name", asked.name());
        }
        if (!asked.group().isEmpty()) {
            details.put("group", asked.group());
        }
        details.put("kind", asked.resource());
        return new ApiException(
                403,
                "Forbidden",
                subject + " is forbidden: User \"" + asked.user().name() + "\" cannot " + asked.verb() + " resource \""
                        + resource + "\" in API group \"" + asked.group() + "\"" + where + because,
                details);
    }
}
