package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.controllermanager.loop.Requests;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Reads and writes the scale of any kind that has one. Which resource a kind is comes from discovery, and is remembered until
 * the resource is gone.
 *
 * <p>Source: k8s.io/client-go/scale/client.go and restmapper, 1.34.
 */
final class ScaleClient {
    private static final int TRIES = 5;

    private final Requests requests;
    private final Map<String, List<Mapping>> known = new ConcurrentHashMap<>();

    /** A resource in one version. @param path of its collections, without namespace: {@code /apis/apps/v1} */
    record Mapping(String path, String group, String plural) {
        /** {@code deployments.apps}; {@code pods} in the core group. */
        String resource() {
            return group.isEmpty() ? plural : plural + "." + group;
        }
    }

    ScaleClient(Requests requests) {
        this.requests = requests;
    }

    /** Where a kind is served, the preferred version first; never empty. @throws Undecided when it is not */
    List<Mapping> mappings(String group, String kind) throws Undecided {
        List<Mapping> found = known.get(group + "/" + kind);
        if (found == null) {
            found = discover(group, kind);
            if (found.isEmpty()) {
                throw new Undecided("no matches for kind \"" + kind + "\" in group \"" + group + "\"");
            }
            known.put(group + "/" + kind, found);
        }
        return found;
    }

    /** The scale of a target. @throws Undecided with the server's words */
    Scale get(String namespace, String group, String kind, String name) throws Undecided {
        Undecided first = null;
        for (Mapping mapping : mappings(group, kind)) {
            String path = mapping.path() + "/namespaces/" + namespace + "/" + mapping.plural() + "/" + name + "/scale";
            HttpResponse<String> answer = Answers.of(requests, requests.to(path));
            if (answer.isSuccessful()) {
                return new Scale(path, Json.parseObject(answer.body()));
            }
            if (answer.code() == HttpURLConnection.HTTP_NOT_FOUND) {
                known.remove(group + "/" + kind);
            }
            if (first == null) {
                first = Answers.refused(answer, "get", mapping.resource(), name);
            }
        }
        throw first == null ? new Undecided("unrecognized resource") : first;
    }

    /** Writes the replicas; when somebody wrote first, again with what was written. @throws Undecided if it stays refused */
    void update(Scale scale, int replicas, Mapping mapping, String name) throws Undecided {
        Scale latest = scale;
        for (int i = 1; ; i++) {
            HttpResponse<String> answer = Answers.of(
                    requests,
                    requests.to(scale.path())
                            .put("application/json", latest.with(replicas).toString()));
            if (answer.isSuccessful()) {
                return;
            }
            if (answer.code() != HttpURLConnection.HTTP_CONFLICT || i == TRIES) {
                throw Answers.refused(answer, "put", mapping.resource(), name);
            }
            HttpResponse<String> read = Answers.of(requests, requests.to(scale.path()));
            if (read.isSuccessful()) {
                latest = new Scale(scale.path(), Json.parseObject(read.body()));
            }
        }
    }

    private List<Mapping> discover(String group, String kind) throws Undecided {
        List<Mapping> found = new ArrayList<>();
        for (String path : group.isEmpty() ? List.of("/api/v1") : versions(group)) {
            HttpResponse<String> answer = Answers.of(requests, requests.to(path));
            if (!answer.isSuccessful()) {
                continue;
            }
            for (JsonNode resource : Json.items(Json.parseObject(answer.body()), "resources")) {
                String plural = Json.string(resource, "name");
                if (Json.string(resource, "kind").equals(kind) && plural.indexOf('/') < 0) {
                    found.add(new Mapping(path, group, plural));
                }
            }
        }
        return found;
    }

    private List<String> versions(String group) throws Undecided {
        HttpResponse<String> answer = Answers.of(requests, requests.to("/apis/" + group));
        if (!answer.isSuccessful()) {
            return List.of();
        }
        return Json.items(Json.parseObject(answer.body()), "versions").stream()
                .map(version -> "/apis/" + Json.string(version, "groupVersion"))
                .toList();
    }
}
