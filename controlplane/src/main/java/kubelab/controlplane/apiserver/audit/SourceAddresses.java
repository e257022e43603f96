package kubelab.controlplane.apiserver.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.request.ApiRequest;

/**
 * Where a request came from: the proxies' words first, which a client can make up, and the connection's address last.
 *
 * <p>Source: k8s.io/apimachinery/pkg/util/net, SourceIPs, release 1.34.
 */
final class SourceAddresses {
    private static final Pattern ADDRESS =
            Pattern.compile("(\\d{1,3})(\\.\\d{1,3}){3}|[0-9a-fA-F]*(:[0-9a-fA-F]*){2,7}");

    private SourceAddresses() {}

    static List<String> of(ApiRequest request) {
        String forwarded = request.header("x-forwarded-for");
        String real = request.header("x-real-ip").strip();
        if (forwarded.isEmpty() && real.isEmpty()) {
            return List.of(request.source());
        }
        List<String> sources = new ArrayList<>();
        for (String address : forwarded.split(",", -1)) {
            if (ADDRESS.matcher(address.strip()).matches()) {
                sources.add(address.strip());
            }
        }
        if (ADDRESS.matcher(real).matches() && !sources.contains(real)) {
            sources.add(real);
        }
        if (sources.isEmpty() || !sources.get(sources.size() - 1).equals(request.source())) {
            sources.add(request.source());
        }
        return List.copyOf(sources);
    }
}
