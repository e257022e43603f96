package kubelab.controlplane.images;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.ImagePullException;
import kubelab.containers.runtime.RegistryCredentials;
import kubelab.containers.runtime.filesystem.LayerUnpacker;
import kubelab.containers.runtime.image.ContainerImage;
import kubelab.containers.runtime.image.ImageRegistry;
import kubelab.containers.runtime.image.RemoteImages;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Registries that a node reaches at an address of its own, {@code localhost:PORT}: containerd asks those by plain HTTP, and any
 * other one by HTTPS, for which there is no certificate here. What such an image runs must come from an image that is
 * simulated here; its files are the layers'.
 *
 * <p>Source: the OCI distribution specification (pull) and what containerd 2.2.1 says.
 */
public final class InClusterRegistries implements RemoteImages {
    private static final Pattern HOST = Pattern.compile("(localhost|127\\.\\d+\\.\\d+\\.\\d+)(:\\d{1,5})?");
    private static final int LAYERS = 128;

    @Override
    public boolean has(String name) {
        return HOST.matcher(name.substring(0, name.indexOf('/'))).matches();
    }

    @Override
    public ContainerImage pull(NetNamespace node, String name, @Nullable RegistryCredentials credentials)
            throws ImagePullException {
        try {
            return new Pull(node, name, credentials).image();
        } catch (IOException | JacksonException e) {
            throw failure(name, String.valueOf(e.getMessage()));
        }
    }

    private static ImagePullException failure(String name, String why) {
        return new ImagePullException("failed to pull and unpack image \"" + name + "\": " + why);
    }

    /** One image on its way. */
    private static final class Pull {
        private final String name;
        private final String host;
        private final String repository;
        private final String reference;
        private final RegistryConnection registry;
        private final boolean withCredentials;

        Pull(NetNamespace node, String name, @Nullable RegistryCredentials credentials) {
            this.name = name;
            this.host = name.substring(0, name.indexOf('/'));
            int end = name.contains("@") ? name.indexOf('@') : name.lastIndexOf(':');
            String path = name.substring(host.length() + 1, end);
            int tag = path.lastIndexOf(':');
            this.repository = tag < 0 ? path : path.substring(0, tag);
            this.reference = name.substring(end + 1);
            this.registry = new RegistryConnection(node, host, credentials);
            this.withCredentials = credentials != null;
        }

        ContainerImage image() throws IOException, ImagePullException {
            resolve();
            byte[] bytes = fetch("manifests", reference);
            JsonNode manifest = Json.parse(bytes);
            if (manifest.has("manifests")) {
                String chosen = platform(manifest);
                bytes = verified(fetch("manifests", chosen), chosen);
                manifest = Json.parse(bytes);
            }
            String digest = digest(bytes);
            if (reference.startsWith("sha256:") && !manifest.has("manifests")) {
                verified(bytes, reference);
            }
            long size = bytes.length;
            byte[] config = blob(manifest.path("config"));
            size += config.length;
            LayerUnpacker layers = new LayerUnpacker();
            List<JsonNode> all = Json.items(manifest, "layers");
            if (all.size() > LAYERS) {
                throw new IOException("more than " + LAYERS + " layers");
            }
            for (JsonNode layer : all) {
                byte[] archive = blob(layer);
                size += archive.length;
                layers.add(archive);
            }
            JsonNode settings = Json.parse(config).path("config");
            return new ContainerImage(
                    name,
                    host + "/" + repository + "@" + digest,
                    size,
                    layers.files(),
                    Json.strings(settings, "Entrypoint"),
                    Json.strings(settings, "Cmd"),
                    environment(Json.strings(settings, "Env")),
                    settings.path("StopSignal").asString("TERM").replaceFirst("^SIG", ""),
                    ImageRegistry::program);
        }

        /** Whether there is such an image, and whether we may have it. */
        private void resolve() throws ImagePullException {
            String path = "/v2/" + repository + "/manifests/" + reference;
            RegistryConnection.Answer answer;
            try {
                answer = registry.ask("HEAD", path);
            } catch (IOException e) {
                String port = host.contains(":") ? host.substring(host.lastIndexOf(':')) : ":443";
                String local = host.startsWith("localhost") ? "127.0.0.1" : host.replaceFirst(":.*", "");
                String dial = e instanceof java.net.ConnectException
                        ? "dial tcp " + local + port + ": connect: connection refused"
                        : String.valueOf(e.getMessage());
                throw unresolved("failed to do request: Head \"https://" + host + path + "\": " + dial);
            }
            switch (answer.status()) {
                case 200 -> {}
                case 401 ->
                    throw unresolved(
                            withCredentials
                                    ? unexpected(path, "401 Unauthorized")
                                    : "pull access denied, repository does not exist or may require authorization: "
                                            + "authorization failed: no basic auth credentials");
                case 403 -> throw unresolved(unexpected(path, "403 Forbidden"));
                case 404 ->
                    throw new ImagePullException("rpc error: code = NotFound desc = failed to pull and unpack image \""
                            + name + "\": failed to resolve image: " + name + ": not found");
                default -> throw unresolved(unexpected(path, Integer.toString(answer.status())));
            }
        }

        private ImagePullException unresolved(String why) {
            return failure(name, "failed to resolve image: " + why);
        }

        private String unexpected(String path, String status) {
            return "unexpected status from HEAD request to http://" + host + path + ": " + status;
        }

        private byte[] blob(JsonNode descriptor) throws IOException {
            String digest = descriptor.path("digest").asString("");
            return verified(fetch("blobs", digest), digest);
        }

        private byte[] fetch(String kind, String what) throws IOException {
            String path = "/v2/" + repository + "/" + kind + "/" + what;
            RegistryConnection.Answer answer = registry.ask("GET", path);
            if (answer.status() != 200) {
                throw new IOException(
                        "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to "
                                + "http://" + host + path + ": " + answer.status());
            }
            return answer.body();
        }

        private static String platform(JsonNode index) throws IOException {
            return Json.objects(index, "manifests").stream()
                    .filter(m -> m.path("platform").path("os").asString("linux").equals("linux"))
                    .map(m -> m.path("digest").asString(""))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no match for platform in manifest: not found"));
        }

        private static byte[] verified(byte[] bytes, String digest) throws IOException {
            String found = digest(bytes);
            if (!found.equals(digest)) {
                throw new IOException(
                        "unexpected commit digest " + found + ", expected " + digest + ": failed precondition");
            }
            return bytes;
        }

        private static Map<String, String> environment(List<String> lines) {
            Map<String, String> environment = new LinkedHashMap<>();
            for (String line : lines) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    environment.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            return environment;
        }

        private static String digest(byte[] bytes) {
            try {
                return "sha256:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
