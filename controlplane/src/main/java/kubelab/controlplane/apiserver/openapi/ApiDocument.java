package kubelab.controlplane.apiserver.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * The OpenAPI documents as a client sees them: one OpenAPI v3 document a group and version, and one OpenAPI v2 document
 * for all. Everything is kept as gzip and served as gzip to who accepts it, so that nothing is parsed on the way.
 *
 * <p>Source: k8s.io/kube-openapi/pkg/handler3 (Kubernetes 1.34). Simplified: descriptions are cut to their first
 * sentences.
 */
public final class ApiDocument {
    static final String FOLDER = "/kubelab/controlplane/apiserver/openapi/";

    private final Map<String, String> hashes;

    /** Reads the index only: some thirty lines. */
    public ApiDocument() {
        Map<String, String> index = new LinkedHashMap<>();
        new String(resource("v3/index.txt"), StandardCharsets.UTF_8).lines().forEach(line -> {
            int space = line.indexOf(' ');
            index.put(line.substring(0, space), line.substring(space + 1));
        });
        hashes = Map.copyOf(index);
    }

    /** As the other, of a server without custom resources. */
    public String index(Predicate<String> served) {
        return index(served, Map.of());
    }

    /**
     * The body of {@code GET /openapi/v3}: path of a group version ({@code api/v1}, {@code apis/apps/v1}) → where its
     * document is, with the document's hash, so that a client may keep it for ever.
     *
     * @param served says which of the recorded paths this server serves
     * @param custom documents of custom resources
     */
    String index(Predicate<String> served, Map<String, CustomDocuments.Document> custom) {
        Map<String, String> all = new TreeMap<>();
        hashes.keySet().stream().filter(served).forEach(path -> all.put(path, hashes.getOrDefault(path, "")));
        custom.forEach((path, document) -> all.put(path, document.hash()));
        StringBuilder json = new StringBuilder("{\"paths\":{");
        String comma = "";
        for (String path : all.keySet()) {
            json.append(comma)
                    .append('"')
                    .append(path)
                    .append("\":{\"serverRelativeURL\":\"/openapi/v3/")
                    .append(path)
                    .append("?hash=")
                    .append(all.get(path))
                    .append("\"}");
            comma = ",";
        }
        return json.append("}}").toString();
    }

    /** The hash of a group version's document (upper-case SHA-512), the value of its ETag and of {@code ?hash=}. */
    public Optional<String> hash(String path) {
        return Optional.ofNullable(hashes.get(path));
    }

    /** The gzipped OpenAPI v3 document of {@code path}; empty when no such group version was recorded. */
    public Optional<byte[]> v3(String path) {
        return hashes.containsKey(path) ? Optional.of(resource("v3/" + file(path))) : Optional.empty();
    }

    /** The gzipped OpenAPI v2 document. */
    public byte[] v2() {
        return resource("v2.json.gz");
    }

    /** What a client gets that does not accept gzip. */
    public static byte[] unzip(byte[] gzip) {
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a recorded API document is damaged", e);
        }
    }

    static String file(String path) {
        return path.replace('/', '_') + ".json.gz";
    }

    static byte[] resource(String name) {
        try (InputStream in = ApiDocument.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the recorded API document has no " + FOLDER + name
                        + ": re-record it with ApiDocumentRecorder");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FOLDER + name, e);
        }
    }
}
