package kubelab.controlplane.streaming;

import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;

/** Agreeing on a WebSocket's sub-protocol. */
final class Protocols {
    private Protocols() {}

    /** The first of the server's that the client offers; empty when the client offers none at all. */
    static String choose(ApiRequest request, List<String> known) {
        List<String> offered = request.headers().getOrDefault("sec-websocket-protocol", List.of()).stream()
                .flatMap(h -> List.of(h.split("\\s*,\\s*")).stream())
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .toList();
        for (String protocol : known) {
            if (offered.contains(protocol)) {
                return protocol;
            }
        }
        if (offered.isEmpty()) {
            return "";
        }
        throw ApiException.badRequest("unable to upgrade: unable to negotiate protocol: client supports " + offered
                + ", server accepts " + known);
    }
}
