package kubelab.controlplane.apiserver;

/**
 * Serves a subresource ({@code pods/log}), or a resource that stores nothing ({@code subjectaccessreviews}). Runs after
 * authentication, authorization and audit, on a worker thread.
 */
public interface ResourceHandler {
    ApiResponse handle(Call call);
}
