package kubelab.controlplane.apiserver.aggregator;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How each APIService's server is met. Kept while the APIService asks for the same, so that connections go on with a session
 * that was agreed on before.
 */
final class BackendTrust {
    private final Frontend frontend;
    private final Map<String, Known> byApi = new ConcurrentHashMap<>();

    private record Known(boolean insecure, String caBundle, String serverName, BackendTls tls) {
        boolean isFor(RemoteApi api) {
            return insecure == api.insecure() && caBundle.equals(api.caBundle()) && serverName.equals(api.serverName());
        }
    }

    BackendTrust(Frontend frontend) {
        this.frontend = frontend;
    }

    /** @throws IOException when its bundle of authorities cannot be read, in upstream's words */
    BackendTls of(RemoteApi api) throws IOException {
        Known known = byApi.get(api.name());
        if (known == null || !known.isFor(api)) {
            BackendTls tls = api.insecure()
                    ? BackendTls.insecure(frontend.own().get(), api.serverName())
                    : BackendTls.verifying(frontend.own().get(), api.authorities(), api.serverName());
            known = new Known(api.insecure(), api.caBundle(), api.serverName(), tls);
            byApi.put(api.name(), known);
        }
        return known.tls;
    }

    void forget(String apiService) {
        byApi.remove(apiService);
    }

    /** Takes any server's certificate. */
    BackendTls any() {
        Known known = byApi.get("");
        if (known == null) {
            known = new Known(true, "", "", BackendTls.insecure(frontend.own().get(), ""));
            byApi.put("", known);
        }
        return known.tls;
    }
}
