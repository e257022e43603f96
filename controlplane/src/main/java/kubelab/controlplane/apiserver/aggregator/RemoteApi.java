package kubelab.controlplane.apiserver.aggregator;

import java.util.Base64;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * An APIService whose group and version another server serves.
 *
 * @param name {@code VERSION.GROUP}
 * @param caBundle PEM (in base64) of the authorities that its server's certificate may be from; empty for none
 * @param insecure whether any certificate will do
 * @param available whether its condition Available is true
 */
record RemoteApi(
        String name,
        String group,
        String version,
        ServiceKey service,
        String caBundle,
        boolean insecure,
        boolean available,
        int groupPriority,
        int versionPriority) {
    /** A port of a Service. */
    record ServiceKey(String namespace, String name, int port) {
        @Override
        public String toString() {
            return namespace + "/" + name + ":" + port;
        }
    }

    static boolean isRemote(ObjectNode apiService) {
        return Json.object(apiService, "spec", "service") != null;
    }

    /** @param apiService one with a Service */
    static RemoteApi of(ObjectNode apiService) {
        ObjectNode spec = Json.ensure(apiService, "spec");
        return new RemoteApi(
                Json.string(apiService, "metadata", "name"),
                Json.string(spec, "group"),
                Json.string(spec, "version"),
                new ServiceKey(Json.string(spec, "service", "namespace"), Json.string(spec, "service", "name"), (int)
                        Json.number(spec, 443, "service", "port")),
                Json.string(spec, "caBundle"),
                Json.bool(spec, "insecureSkipTLSVerify"),
                AvailableCondition.isTrue(apiService),
                (int) Json.number(spec, 0, "groupPriorityMinimum"),
                (int) Json.number(spec, 0, "versionPriority"));
    }

    /** Asked for discovery, which tries in any case. */
    RemoteApi asAvailable() {
        return new RemoteApi(name, group, version, service, caBundle, insecure, true, groupPriority, versionPriority);
    }

    /** PEM. */
    byte[] authorities() {
        return Base64.getMimeDecoder().decode(caBundle);
    }

    String groupVersion() {
        return group + "/" + version;
    }

    /** Where its server has to serve it. */
    String path() {
        return "/apis/" + group + "/" + version;
    }

    /** The name that its server's certificate must be for. */
    String serverName() {
        return service.name() + "." + service.namespace() + ".svc";
    }
}
