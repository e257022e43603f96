package kubelab.controlplane.apiserver.verb;

import kubelab.controlplane.apiserver.request.ApiResponse;

/**
 * Serves a subresource ({@code pods/log}), or a resource that stores nothing ({@code subjectaccessreviews}). Runs after
 * authentication, authorization and audit, on a worker thread.
 */
public interface ResourceHandler {
    /** The key of a handler. @param subresource empty for the resource itself */
    static String id(String group, String plural, String subresource) {
        return group + "/" + plural + "/" + subresource;
    }

    ApiResponse handle(RequestContext call);
}
