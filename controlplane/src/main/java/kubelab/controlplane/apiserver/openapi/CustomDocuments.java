package kubelab.controlplane.apiserver.openapi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API documents of custom resources: one OpenAPI v3 document a group and version, and their part of the OpenAPI v2
 * document. Made when a client asks for them, and kept until the definitions change.
 *
 * <p>Threads: any. Two that ask at once may both make a document; one of the two equal ones is kept.
 */
final class CustomDocuments {
    private final ResourceRegistry registry;
    private volatile Made made = new Made(-1, Map.of(), null);

    /** @param v2 null until it is asked for, and as long as there are no custom resources */
    private record Made(long generation, Map<String, Document> v3, byte @Nullable [] v2) {}

    record Document(String hash, byte[] gzip) {}

    CustomDocuments(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** Path of a group and version ({@code apis/example.com/v1}) → its document. */
    Map<String, Document> v3() {
        return current().v3;
    }

    /** @param recorded the document without custom resources, gzipped */
    byte[] v2(byte[] recorded) {
        Made now = current();
        if (now.v3.isEmpty()) {
            return recorded;
        }
        byte[] known = now.v2;
        if (known == null) {
            ObjectNode document = Json.parseObject(ApiDocument.unzip(recorded));
            CustomPaths paths = new CustomPaths(document.deepCopy(), "definitions");
            custom(registry).forEach(row -> paths.addTo(document, row));
            known = zip(document);
            made = new Made(now.generation, now.v3, known);
        }
        return known;
    }

    private Made current() {
        Made now = made;
        long generation = registry.generation(); // before the rows are read: at worst it is made once more
        if (now.generation != generation) {
            now = new Made(generation, make(), null);
            made = now;
        }
        return now;
    }

    private Map<String, Document> make() {
        Map<String, List<Resource>> byPath = new TreeMap<>();
        custom(registry).forEach(row -> byPath.computeIfAbsent("apis/" + row.apiVersion(), p -> new ArrayList<>())
                .add(row));
        if (byPath.isEmpty()) {
            return Map.of();
        }
        ObjectNode template = Json.parseObject(ApiDocument.unzip(ApiDocument.resource("v3/apis_apps_v1.json.gz")));
        CustomPaths paths = new CustomPaths(template, "components/schemas");
        Map<String, Document> documents = new TreeMap<>();
        byPath.forEach((path, rows) -> {
            ObjectNode document = Json.object().put("openapi", "3.0.0");
            document.putObject("info").put("title", "Kubernetes CRD Swagger").put("version", "v0.1.0");
            rows.forEach(row -> paths.addTo(document, row));
            documents.put(path, new Document(hash(Json.bytes(document)), zip(document)));
        });
        return documents;
    }

    private static List<Resource> custom(ResourceRegistry registry) {
        return registry.all().stream().filter(Resource::isCustom).toList();
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(bytes);
            return HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK knows SHA-512", e);
        }
    }

    private static byte[] zip(ObjectNode document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(Json.bytes(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
