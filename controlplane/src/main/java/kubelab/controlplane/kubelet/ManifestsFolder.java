package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a node in which manifests of static Pods are. Files whose names begin with a dot, and folders, do not count; a
 * file that holds no valid Pod is left out and logged, and keeps no other from being read. One that held a Pod a moment ago, and
 * may be half written, does so for some seconds more. Used by one thread at a time.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/config (file.go, common.go), release 1.34.
 */
final class ManifestsFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestsFolder.class);
    private static final String FOLDER = "/etc/kubernetes/manifests";
    /** Bytes. */
    private static final int LARGEST = 10 << 20;
    /** Between two looks at the whole folder, by default; in between upstream only hears of changes that it can read. */
    private static final Duration FILE_CHECK = Duration.ofSeconds(20);

    private final FileSystem files;
    private final String node;
    private final ManifestDecoder decoder;
    private final Supplier<Instant> now;
    /** Each file as it was read last: what has not changed is neither decoded nor complained about again. */
    private final Map<Path, Manifest> known = new HashMap<>();

    /** @param until so long its Pod stays, though the text is no Pod any more; null: it is the text's own, or none */
    private record Manifest(
            String text, Optional<Pod> pod, @Nullable Instant until) {
        static final Manifest NONE = new Manifest("no file", Optional.empty(), null);
    }

    ManifestsFolder(FileSystem files, String node, ManifestDecoder decoder, Supplier<Instant> now) {
        this.files = files;
        this.node = node;
        this.decoder = decoder;
        this.now = now;
    }

    /** Whether this Pod can write here, through a volume of the node's files. */
    boolean isOpenTo(Pod pod) {
        Path folder = files.getPath(FOLDER);
        return pod.getSpec().getVolumes().stream()
                .map(volume -> Optional.ofNullable(volume.getHostPath()).map(HostPathVolumeSource::getPath))
                .flatMap(Optional::stream)
                .map(path -> files.getPath(path).normalize())
                .anyMatch(path -> path.startsWith(folder) || folder.startsWith(path));
    }

    /** Makes the folder, so that a Pod can mount it. */
    void make() throws IOException {
        Files.createDirectories(files.getPath(FOLDER));
    }

    /**
     * The static Pods that shall run now: {@code namespace/name} → Pod. Of two files with one name, the last counts.
     *
     * @param anew whether what cannot be read now is left out at once, as when a kubelet starts
     */
    Map<String, Pod> pods(boolean anew) throws IOException {
        Map<String, Pod> pods = new LinkedHashMap<>();
        List<Path> present = manifests();
        known.keySet().retainAll(present);
        for (Path file : present) {
            read(file, anew).ifPresent(pod -> pods.put(StaticPods.fullName(pod), pod));
        }
        return pods;
    }

    /** Whether some file still has the Pod that it held before: then the folder must be looked at again. */
    boolean unsettled() {
        return known.values().stream().anyMatch(manifest -> manifest.until != null);
    }

    private List<Path> manifests() throws IOException {
        Path folder = files.getPath(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                folder, file -> !file.getFileName().toString().startsWith(".") && Files.isRegularFile(file))) {
            TreeSet<Path> sorted = new TreeSet<>();
            entries.forEach(sorted::add);
            return new ArrayList<>(sorted);
        }
    }

    private Optional<Pod> read(Path file, boolean anew) {
        Manifest before = known.getOrDefault(file, Manifest.NONE);
        Manifest next;
        String text = "";
        try {
            text = text(file);
            if (before.text.equals(text)) {
                return unchanged(file, before, anew);
            }
            next = new Manifest(text, Optional.of(decode(text, file.toString())), null);
        } catch (IOException | ManifestDecoder.ManifestException e) {
            if (before.text.equals(text)) {
                return unchanged(file, before, anew);
            }
            LOG.warn("{}: could not process manifest file {}: {}", node, file, e.getMessage());
            if (anew || before.pod.isEmpty()) {
                next = new Manifest(text, Optional.empty(), null);
            } else {
                Instant end = now.get().plus(FILE_CHECK);
                next = new Manifest(text, before.pod, Objects.requireNonNullElse(before.until, end));
            }
        }
        known.put(file, next);
        return next.pod;
    }

    private Optional<Pod> unchanged(Path file, Manifest manifest, boolean anew) {
        if (manifest.until == null || !anew && now.get().isBefore(manifest.until)) {
            return manifest.pod;
        }
        known.put(file, new Manifest(manifest.text, Optional.empty(), null));
        return Optional.empty();
    }

    /** Bytes that are no text become signs that no manifest has. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("it is larger than " + LARGEST + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Pod decode(String text, String source) throws ManifestDecoder.ManifestException {
        Pod pod = decoder.read(text, sent -> complete(sent, source));
        Optional<String> reference = ApiReferences.first(pod);
        if (reference.isPresent()) {
            throw new ManifestDecoder.ManifestException("static pods may not reference " + reference.get());
        }
        return pod;
    }

    /** Its uid is a hash of what is in the file, and of where the file is. */
    private Pod complete(Pod pod, String source) {
        var metadata = pod.getMetadata();
        if (Objects.requireNonNullElse(metadata.getUid(), "").isEmpty()) {
            metadata.setUid(hash(Serialization.asJson(pod) + "host:" + node + "file:" + source));
        }
        metadata.setName(metadata.getName() + "-" + node.toLowerCase(Locale.ROOT));
        if (Objects.requireNonNullElse(metadata.getNamespace(), "").isEmpty()) {
            metadata.setNamespace("default");
        }
        pod.getSpec().setNodeName(node);
        // Whatever the file says: it has not begun yet.
        pod.setStatus(new PodStatusBuilder().withPhase("Pending").build());
        Map<String, String> annotations =
                new LinkedHashMap<>(Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()));
        annotations.put(StaticPods.HASH, metadata.getUid());
        annotations.put(StaticPods.SEEN, now.get().toString());
        annotations.put(StaticPods.SOURCE, "file");
        metadata.setAnnotations(annotations);
        var always = new TolerationBuilder()
                .withOperator("Exists")
                .withEffect("NoExecute")
                .build();
        if (!pod.getSpec().getTolerations().contains(always)) {
            pod.getSpec().getTolerations().add(always);
        }
        return pod;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
