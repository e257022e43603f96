package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import java.util.concurrent.atomic.AtomicBoolean;

/** Fabric8 asks for one of these for each client; only interceptors and tags matter here. */
final class InProcessHttpClientBuilder
        extends StandardHttpClientBuilder<InProcessHttpClient, InProcessFactory, InProcessHttpClientBuilder> {

    InProcessHttpClientBuilder(InProcessFactory factory) {
        super(factory);
    }

    @Override
    public InProcessHttpClient build() {
        return new InProcessHttpClient(this, clientFactory, client == null ? new AtomicBoolean() : client.getClosed());
    }

    @Override
    protected InProcessHttpClientBuilder newInstance(InProcessFactory factory) {
        return new InProcessHttpClientBuilder(factory);
    }
}
