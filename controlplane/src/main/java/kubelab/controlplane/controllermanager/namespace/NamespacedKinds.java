package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import kubelab.controlplane.controllermanager.loop.Requests;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The kinds that live in namespaces and can be listed and deleted, those of a learner included: from aggregated
 * discovery, whose two documents are kept and asked for again only to hear that they are still the same.
 *
 * <p>Source: k8s.io/client-go/discovery, ServerPreferredNamespacedResources over aggregated discovery (1.34).
 */
final class NamespacedKinds {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Requests requests;
    private final Map<String, Document> kept = new ConcurrentHashMap<>();

    /** A kind of object, by the path of its collection. */
    record Kind(String group, String version, String resource) {
        String path(String namespace) {
            return (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version + "/namespaces/" + namespace + "/"
                    + resource;
        }

        /** As it is named in messages: {@code pods.}, {@code deployments.apps}. */
        String qualified() {
            return resource + "." + group;
        }
    }

    /** @param errors why some kinds may be missing */
    record Found(List<Kind> kinds, List<String> errors) {}

    /** @param stale {@code GROUP/VERSION} of which it is not known what they have */
    private record Document(String etag, List<Kind> kinds, List<String> stale) {}

    NamespacedKinds(KubernetesClient client) {
        requests = new Requests(client);
    }

    /** What there is now; where discovery fails, what there was when it last succeeded. */
    Found now() {
        List<Kind> kinds = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        for (String root : List.of("/api", "/apis")) {
            Document known = kept.get(root);
            try {
                known = ask(root, known);
                kept.put(root, known);
            } catch (RuntimeException e) {
                Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
                errors.add(String.valueOf(cause.getMessage()));
            }
            if (known != null) {
                kinds.addAll(known.kinds());
                stale.addAll(known.stale());
            }
        }
        if (!stale.isEmpty()) {
            errors.add(incomplete(stale));
        }
        return new Found(kinds, errors);
    }

    private static String incomplete(List<String> stale) {
        String groups = stale.stream()
                .sorted()
                .map(one -> one + ": stale GroupVersion discovery: " + one)
                .collect(Collectors.joining(", "));
        return "Discovery failed for some groups, " + stale.size()
                + " failing: unable to retrieve the complete list of server APIs: " + groups;
    }

    private Document ask(String root, @Nullable Document known) {
        HttpRequest.Builder request = requests.to(root).header("Accept", AGGREGATED);
        if (known != null && !known.etag().isEmpty()) {
            request.header("If-None-Match", known.etag());
        }
        HttpResponse<String> response = requests.send(request).join();
        if (known != null && response.code() == HttpURLConnection.HTTP_NOT_MODIFIED) {
            return known;
        }
        if (!response.isSuccessful()) {
            throw Requests.refused(response);
        }
        String etag = response.header("ETag");
        JsonNode list = MAPPER.readTree(response.body());
        return new Document(etag == null ? "" : etag, read(list), stale(list));
    }

    /** Each resource in the version its group prefers, or in the next that has it. */
    private static List<Kind> read(JsonNode list) {
        List<Kind> kinds = new ArrayList<>();
        for (JsonNode group : list.path("items")) {
            String name = group.path("metadata").path("name").asString("");
            Set<String> seen = new HashSet<>();
            for (JsonNode version : group.path("versions")) {
                for (JsonNode resource : version.path("resources")) {
                    if (resource.path("scope").asString("").equals("Namespaced")
                            && can(resource, "list")
                            && can(resource, "delete")
                            && seen.add(resource.path("resource").asString())) {
                        kinds.add(new Kind(
                                name,
                                version.path("version").asString(),
                                resource.path("resource").asString()));
                    }
                }
            }
        }
        return kinds;
    }

    private static List<String> stale(JsonNode list) {
        List<String> stale = new ArrayList<>();
        for (JsonNode group : list.path("items")) {
            for (JsonNode version : group.path("versions")) {
                if (version.path("freshness").asString("").equals("Stale")) {
                    stale.add(group.path("metadata").path("name").asString("") + "/"
                            + version.path("version").asString(""));
                }
            }
        }
        return stale;
    }

    private static boolean can(JsonNode resource, String verb) {
        for (JsonNode known : resource.path("verbs")) {
            if (known.asString("").equals(verb)) {
                return true;
            }
        }
        return false;
    }
}
