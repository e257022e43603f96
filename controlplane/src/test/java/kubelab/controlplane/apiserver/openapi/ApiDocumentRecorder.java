package kubelab.controlplane.apiserver.openapi;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records the API document, the table columns and the discovery answers of a real API server of the release that
 * kubelab speaks. Run it with KUBECONFIG set, from the root of the project:
 *
 * <pre>./mvnw -pl controlplane test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=kubelab.controlplane.apiserver.openapi.ApiDocumentRecorder</pre>
 */
public final class ApiDocumentRecorder {
    /** The groups of CLUSTER's contract; "" is the legacy group. */
    private static final Set<String> GROUPS = Set.of(
            "",
            "apps",
            "admissionregistration.k8s.io",
            "batch",
            "autoscaling",
            "policy",
            "networking.k8s.io",
            "storage.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "rbac.authorization.k8s.io",
            "scheduling.k8s.io",
            "events.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "apiextensions.k8s.io",
            "apiregistration.k8s.io",
            "metrics.k8s.io",
            "node.k8s.io");

    /** Kinds of these groups that are not served, in paths and in names of types. */
    private static final Pattern LEFT_OUT = Pattern.compile("(mutating|validating)webhookconfigurations"
            + "|admissionregistration\\.v1\\.(Mutating\\w*|ValidatingWebhook\\w*|ServiceReference|WebhookClientConfig"
            + "|RuleWithOperations)$|admissionregistration\\.v1(alpha|beta)1\\.");

    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final int LONGEST_DESCRIPTION = 240;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final KubernetesClient client;
    private final Path resources;
    private final Path recordings;

    private ApiDocumentRecorder(KubernetesClient client, Path module) {
        this.client = client;
        this.resources = module.resolve("src/main/resources/kubelab/controlplane/apiserver");
        this.recordings = module.resolve("src/test/resources/kubelab/controlplane/apiserver/discovery");
    }

    public static void main(String[] arguments) throws Exception {
        Path module = Files.isDirectory(Path.of("controlplane")) ? Path.of("controlplane") : Path.of(".");
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            ApiDocumentRecorder recorder = new ApiDocumentRecorder(client, module);
            recorder.recordDocument();
            recorder.recordColumns();
            recorder.recordDiscovery();
        }
    }

    private void recordDocument() throws Exception {
        Path folder = resources.resolve("openapi");
        deleteOld(folder.resolve("v3"));
        Map<String, String> index = new TreeMap<>();
        Map<String, JsonNode> types = new TreeMap<>();
        JsonNode paths = get("/openapi/v3", "application/json").path("paths");
        for (Map.Entry<String, JsonNode> entry : paths.properties()) {
            String path = entry.getKey();
            if (!served(path)) {
                continue;
            }
            JsonNode document = cut(get("/openapi/v3/" + path, "application/json"));
            leaveOut(document.path("paths"));
            leaveOut(document.path("components").path("schemas"));
            byte[] bytes = JSON.writeValueAsBytes(document);
            index.put(path, sha512(bytes));
            write(folder.resolve("v3").resolve(ApiDocument.file(path)), gzip(bytes));
            document.path("components").path("schemas").properties().forEach(s -> merge(types, s));
        }
        StringBuilder lines = new StringBuilder();
        index.forEach(
                (path, hash) -> lines.append(path).append(' ').append(hash).append('\n'));
        write(folder.resolve("v3/index.txt"), lines.toString().getBytes(StandardCharsets.UTF_8));
        write(folder.resolve("types.txt"), typeLines(types));
        write(folder.resolve("v2.json.gz"), gzip(JSON.writeValueAsBytes(v2())));
    }

    /** A type is in several documents, each naming only its own kinds: the lists of kinds are joined. */
    private static void merge(Map<String, JsonNode> types, Map.Entry<String, JsonNode> schema) {
        JsonNode old = types.put(schema.getKey(), schema.getValue());
        if (old != null
                && old.path("x-kubernetes-group-version-kind").size()
                        > schema.getValue()
                                .path("x-kubernetes-group-version-kind")
                                .size()) {
            types.put(schema.getKey(), old);
        }
    }

    private JsonNode v2() throws Exception {
        ObjectNode document = (ObjectNode) cut(get("/openapi/v2", "application/json"));
        ObjectNode paths = (ObjectNode) document.path("paths");
        List.copyOf(paths.propertyNames()).stream()
                .filter(path -> !served(path.substring(1)))
                .forEach(paths::remove);
        ObjectNode definitions = (ObjectNode) document.path("definitions");
        leaveOut(paths);
        leaveOut(definitions);
        for (String group : List.of("certificates", "flowcontrol", "resource")) {
            List.copyOf(definitions.propertyNames()).stream()
                    .filter(name -> name.startsWith("io.k8s.api." + group + "."))
                    .forEach(definitions::remove);
        }
        return document;
    }

    /** {@code api/v1}, {@code apis/apps/v1}, … with or without more behind. */
    private static boolean served(String path) {
        String[] parts = path.split("/");
        return switch (parts[0]) {
            case "api", "version" -> true;
            case "apis" -> parts.length == 1 || GROUPS.contains(parts[1]);
            default -> false;
        };
    }

    private static void leaveOut(JsonNode parts) {
        if (parts instanceof ObjectNode object) {
            List.copyOf(object.propertyNames()).stream()
                    .filter(name -> LEFT_OUT.matcher(name).find())
                    .forEach(object::remove);
        }
    }

    private static byte[] typeLines(Map<String, JsonNode> types) {
        StringBuilder lines = new StringBuilder();
        types.forEach((name, schema) -> {
            Set<String> kinds = new TreeSet<>();
            // metav1 kinds (DeleteOptions, WatchEvent) claim to be in every group: only a type's own group counts
            for (JsonNode kind : schema.path("x-kubernetes-group-version-kind")) {
                String group = kind.path("group").asString();
                boolean everywhere =
                        schema.path("x-kubernetes-group-version-kind").size() > 1;
                if (GROUPS.contains(group) && (!everywhere || group.isEmpty())) {
                    kinds.add((group.isEmpty() ? "" : group + "/")
                            + kind.path("version").asString() + "/"
                            + kind.path("kind").asString());
                }
            }
            ObjectNode slim = (ObjectNode) slim(schema);
            slim.remove("x-kubernetes-group-version-kind");
            lines.append(name).append('\t').append(String.join(",", kinds)).append('\t');
            lines.append(JSON.writeValueAsString(slim)).append('\n');
        });
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Without descriptions, a reference as {@code "$ref": "name"}. */
    private static JsonNode slim(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = JSON.createObjectNode();
            object.properties().forEach(p -> {
                if (p.getKey().equals("allOf") && p.getValue().isArray()) {
                    String ref = p.getValue().get(0).path("$ref").asString();
                    result.put("$ref", ref.substring(ref.lastIndexOf('/') + 1));
                } else if (p.getKey().equals("$ref") && p.getValue().isString()) {
                    String ref = p.getValue().asString();
                    result.put("$ref", ref.substring(ref.lastIndexOf('/') + 1));
                } else if (!(p.getKey().equals("description") && p.getValue().isString())
                        && !(p.getKey().equals("default")
                                && p.getValue().isObject()
                                && p.getValue().isEmpty())) {
                    result.set(p.getKey(), slim(p.getValue()));
                }
            });
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = JSON.createArrayNode();
            array.forEach(item -> result.add(slim(item)));
            return result;
        }
        return node;
    }

    private static JsonNode cut(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(p -> {
                if (p.getKey().equals("description") && p.getValue().isString()) {
                    p.setValue(JSON.getNodeFactory().stringNode(cut(p.getValue().asString())));
                } else {
                    cut(p.getValue());
                }
            });
        } else if (node instanceof ArrayNode array) {
            array.forEach(ApiDocumentRecorder::cut);
        }
        return node;
    }

    /** The first sentences of the first paragraph, as far as they fit. */
    static String cut(String description) {
        String text = description.strip();
        int paragraph = text.indexOf("\n\n");
        if (paragraph > 0) {
            text = text.substring(0, paragraph);
        }
        if (text.length() <= LONGEST_DESCRIPTION) {
            return text;
        }
        int sentence = text.lastIndexOf(". ", LONGEST_DESCRIPTION);
        if (sentence > 0) {
            return text.substring(0, sentence + 1);
        }
        return text.substring(0, text.lastIndexOf(' ', LONGEST_DESCRIPTION)) + " …";
    }

    /** One line a resource: {@code group/version/plural<TAB>columns}. */
    private void recordColumns() throws Exception {
        StringBuilder lines = new StringBuilder();
        Map<String, JsonNode> columns = new TreeMap<>();
        for (String path : servedVersions()) {
            for (JsonNode resource : get("/" + path, "application/json").path("resources")) {
                String name = resource.path("name").asString();
                if (LEFT_OUT.matcher(name).find()
                        || !resource.path("verbs").toString().contains("\"list\"")) {
                    continue;
                }
                JsonNode table = get("/" + path + "/" + name + "?limit=1", TABLE);
                for (JsonNode column : table.path("columnDefinitions")) {
                    ((ObjectNode) column)
                            .put("description", cut(column.path("description").asString("")));
                }
                columns.put(path.substring(path.indexOf('/') + 1) + "/" + name, table.path("columnDefinitions"));
            }
        }
        columns.forEach(
                (name, value) -> lines.append(name).append('\t').append(value).append('\n'));
        write(resources.resolve("table/columns.txt"), lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void recordDiscovery() throws Exception {
        write(recordings.resolve("api.json"), pretty(get("/api", "application/json")));
        ObjectNode groups = (ObjectNode) get("/apis", "application/json");
        groups.set("groups", filter(groups.path("groups"), g -> g.path("name").asString()));
        write(recordings.resolve("apis.json"), pretty(groups));
        for (String root : List.of("api", "apis")) {
            ObjectNode aggregated = (ObjectNode) get("/" + root, AGGREGATED);
            aggregated.set("items", filter(aggregated.path("items"), g -> g.path("metadata")
                    .path("name")
                    .asString("")));
            for (JsonNode item : aggregated.path("items")) {
                for (JsonNode version : item.path("versions")) {
                    ((ObjectNode) version).set("resources", withoutLeftOut(version.path("resources"), "resource"));
                }
            }
            write(recordings.resolve(root + "-aggregated.json"), pretty(aggregated));
        }
        for (String path : servedVersions()) {
            ObjectNode version = (ObjectNode) get("/" + path, "application/json");
            version.set("resources", withoutLeftOut(version.path("resources"), "name"));
            write(recordings.resolve(path.replace('/', '_') + ".json"), pretty(version));
        }
    }

    private static ArrayNode filter(JsonNode groups, java.util.function.Function<JsonNode, String> name) {
        ArrayNode kept = JSON.createArrayNode();
        groups.forEach(group -> {
            if (GROUPS.contains(name.apply(group))) {
                kept.add(group);
            }
        });
        return kept;
    }

    private static ArrayNode withoutLeftOut(JsonNode resources, String field) {
        ArrayNode kept = JSON.createArrayNode();
        for (JsonNode resource : resources) {
            if (!LEFT_OUT.matcher(resource.path(field).asString("")).find()) {
                kept.add(resource);
            }
        }
        return kept;
    }

    private List<String> servedVersions() throws Exception {
        return get("/openapi/v3", "application/json").path("paths").propertyNames().stream()
                .filter(ApiDocumentRecorder::served)
                .filter(path -> path.equals("api/v1") || path.split("/").length == 3)
                .sorted()
                .toList();
    }

    private JsonNode get(String path, String accept) throws Exception {
        HttpClient http = client.getHttpClient();
        HttpResponse<byte[]> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + path))
                                .header("Accept", accept)
                                .build(),
                        byte[].class)
                .get(30, TimeUnit.SECONDS);
        if (response.code() != 200) {
            throw new IllegalStateException("GET " + path + " answered " + response.code());
        }
        return JSON.readTree(response.body());
    }

    private static byte[] pretty(JsonNode node) {
        return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void deleteOld(Path folder) throws Exception {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void write(Path file, byte[] bytes) throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] gzip(byte[] bytes) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(9);
            }
        }) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static String sha512(byte[] bytes) throws Exception {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    }
}
