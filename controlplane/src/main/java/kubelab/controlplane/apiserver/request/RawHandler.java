package kubelab.controlplane.apiserver.request;

import org.jspecify.annotations.Nullable;

/** Serves paths that are not about a resource: discovery, OpenAPI, /version, /metrics. */
public interface RawHandler {
    /** @return null when the path is none of this handler's */
    @Nullable
    ApiResponse handle(ApiRequest request, User user);
}
