package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.HttpClient;
import java.util.concurrent.Executor;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.User;

/** Makes HTTP clients that speak to one API server as one user. */
final class InProcessFactory implements HttpClient.Factory {
    private final ApiServer server;
    private final User user;
    private final Executor executor;
    private final boolean lean;

    InProcessFactory(ApiServer server, User user, Executor executor, boolean lean) {
        this.server = server;
        this.user = user;
        this.executor = executor;
        this.lean = lean;
    }

    ApiServer server() {
        return server;
    }

    User user() {
        return user;
    }

    Executor executor() {
        return executor;
    }

    boolean lean() {
        return lean;
    }

    @Override
    public HttpClient.Builder newBuilder() {
        return new InProcessHttpClientBuilder(this);
    }
}
