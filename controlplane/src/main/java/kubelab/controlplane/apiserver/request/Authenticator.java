package kubelab.controlplane.apiserver.request;

import org.jspecify.annotations.Nullable;

/** Finds out who makes a request from what the request carries, e.g. a bearer token. */
public interface Authenticator {
    /**
     * @return null when the request carries nothing that this one knows
     * @throws ApiException Unauthorized when it carries something that is wrong
     */
    @Nullable
    User authenticate(ApiRequest request);
}
