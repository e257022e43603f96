package kubelab.controlplane.mutation;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An API server, ours or a real one, that is asked what it says of a mutation. */
final class Server {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TRIES = 20;
    /** What ours adds for kinds that no controller acts on. */
    private static final String OWN_WARNING = "stored without effect";

    private final KubernetesClient client;

    Server(KubernetesClient client) {
        this.client = client;
    }

    private record Answer(int code, JsonNode body, List<String> warnings) {}

    /** The normalised answer to a mutated sample; nothing is stored. */
    ObjectNode ask(Sample sample, Mutation mutation) throws Exception {
        if (mutation.verb().equals("create")) {
            Answer answer = send("POST", sample.path() + "?dryRun=All", mutation.applied(sample.object()));
            return Answers.normalised("create", answer.code, answer.body, answer.warnings);
        }
        String path = sample.path() + "/" + kept(sample);
        for (int i = 1; ; i++) {
            ObjectNode live = (ObjectNode) send("GET", path, null).body;
            Answer answer = send("PUT", path + "?dryRun=All", mutation.applied(live));
            boolean raced = answer.code == 409
                    && answer.body.path("message").asString("").contains("the object has been modified");
            if (!raced || i == TRIES) {
                return Answers.normalised("update", answer.code, answer.body, answer.warnings);
            }
        }
    }

    /** Makes the object that updates are tried on. */
    void keep(Sample sample) throws Exception {
        ObjectNode object = sample.object().deepCopy();
        ((ObjectNode) object.path("metadata")).put("name", kept(sample));
        create(sample.path(), object);
    }

    void create(String path, ObjectNode object) throws Exception {
        Answer answer = send("POST", path, object);
        if (answer.code >= 300 && answer.code != 409) {
            throw new IllegalStateException(path + ": " + answer.body);
        }
    }

    void create(String path, String yaml) throws Exception {
        create(path, Sample.yaml(yaml));
    }

    boolean has(String path) throws Exception {
        return send("GET", path, null).code == 200;
    }

    void delete(Sample sample) throws Exception {
        send("DELETE", sample.path() + "/" + kept(sample) + "?gracePeriodSeconds=0", null);
    }

    void delete(String path) throws Exception {
        send("DELETE", path, null);
    }

    private static String kept(Sample sample) {
        return sample.name() + "-kept";
    }

    private Answer send(String method, String path, @Nullable ObjectNode body) throws Exception {
        HttpClient http = client.getHttpClient();
        HttpResponse<byte[]> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + path))
                                .method(method, "application/json", body == null ? null : body.toString())
                                .build(),
                        byte[].class)
                .get(30, TimeUnit.SECONDS);
        List<String> warnings = response.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("warning"))
                .map(Map.Entry::getValue)
                .flatMap(List::stream)
                .filter(text -> !text.contains(OWN_WARNING))
                .map(text -> text.replaceFirst("^299 - \"(.*)\"$", "$1"))
                .toList();
        return new Answer(response.code(), JSON.readTree(response.body()), warnings);
    }
}
