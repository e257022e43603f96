package kubelab.controlplane.apiserver.request;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Decides who may do what. Must be fast: it is asked for every request. */
public interface Authorizer {
    /** Lets everybody do everything. */
    Authorizer ALLOW_ALL = attributes -> Decision.ALLOW;

    Decision authorize(Attributes attributes);

    /** Rules for SelfSubjectRulesReview: {@code resourceRules} and {@code nonResourceRules} as in its status. */
    default List<ObjectNode> rules(User user, String namespace) {
        return List.of();
    }

    /**
     * One question. Empty strings where something does not apply.
     *
     * @param path for requests that are not about a resource
     */
    record Attributes(
            User user,
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            boolean resourceRequest,
            String path) {}

    /** @param reason shown at the end of the Forbidden message when not empty */
    record Decision(boolean allowed, String reason) {
        public static final Decision ALLOW = new Decision(true, "");
        public static final Decision DENY = new Decision(false, "");
    }
}
