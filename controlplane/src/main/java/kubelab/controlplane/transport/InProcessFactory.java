package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.HttpClient;
import java.util.concurrent.Executor;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;

/** Makes HTTP clients that speak to one API server as one user. */
final class InProcessFactory implements HttpClient.Factory {
    private final ApiServer server;
    private final User user;
    private final Executor executor;

    InProcessFactory(ApiServer server, User user, Executor executor) {
        this.server = server;
        this.user = user;
        this.executor = executor;
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

    @Override
    public HttpClient.Builder newBuilder() {
        return new InProcessHttpClientBuilder(this);
    }
}
