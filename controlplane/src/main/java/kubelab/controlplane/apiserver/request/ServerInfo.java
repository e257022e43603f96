package kubelab.controlplane.apiserver.request;

import java.util.Set;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** /version and the health checks. */
public final class ServerInfo implements RawHandler {
    /** The release that everything here mirrors. */
    public static final String VERSION = "v1.34.4";

    private static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz", "/healthz/ping", "/livez/ping");

    @Override
    public @Nullable ApiResponse handle(ApiRequest request, User user) {
        String path = request.path();
        if (path.equals("/version") || path.equals("/version/")) {
            return ApiResponse.json(200, version());
        }
        if (HEALTH.contains(path) || path.startsWith("/readyz/")) {
            if (request.query().containsKey("verbose")) {
                String name = path.substring(1).replaceFirst("/.*", "");
                return ApiResponse.text(200, "[+]ping ok\n[+]store ok\n" + name + " check passed\n");
            }
            return ApiResponse.text(200, "ok");
        }
        return null;
    }

    private static ObjectNode version() {
        ObjectNode version = Json.object();
        version.put("major", "1").put("minor", "34");
        version.put("emulationMajor", "1").put("emulationMinor", "34");
        version.put("minCompatibilityMajor", "1").put("minCompatibilityMinor", "33");
        version.put("gitVersion", VERSION + "+kubelab");
        version.put("gitCommit", "unknown").put("gitTreeState", "clean");
        version.put("buildDate", "2026-01-01T00:00:00Z");
        version.put("goVersion", "none").put("compiler", "javac");
        version.put("platform", "jvm/" + System.getProperty("os.arch", "unknown"));
        return version;
    }
}
