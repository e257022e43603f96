package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.containers.clock.Clock;

/**
 * A volume with service account tokens. It is filled when a program first looks into it: every Pod has such a volume and
 * few programs read it, and signing a token is the dearest part of a Pod's start. Thread-safe: the kubelet brings it up
 * to date while programs look.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/token and pkg/volume/projected, release 1.34. Simplified: the kubelet
 * requests the token when a program first looks into the volume, upstream's kubelet when it mounts the volume.
 */
final class TokenVolume {
    private final KubernetesClient client;
    private final Clock clock;
    private final Path directory;
    /** By path. */
    private final Map<String, Token> tokens = new HashMap<>();

    /** Guarded, as all that follows, by this object's monitor, which is not held while the API server is asked. */
    private Pod pod;

    private List<ServiceAccountTokenProjection> wanted = List.of();
    private Map<String, VolumeFile> others = Map.of();
    private int mode = VolumeFile.DEFAULT_MODE;
    private boolean opened;
    private int version;

    private record Token(byte[] text, Instant renewAt) {}

    TokenVolume(KubernetesClient client, Clock clock, Path directory, Pod pod) {
        this.client = client;
        this.clock = clock;
        this.directory = directory;
        this.pod = pod;
    }

    /**
     * What the volume is to show from now on.
     *
     * @param shown by path, all that is no token
     * @param defaultMode of the tokens, where no user or group of the Pod's own reads them
     * @throws ConfigException when there is no such service account
     */
    void update(
            Pod newest, List<ServiceAccountTokenProjection> projections, Map<String, VolumeFile> shown, int defaultMode)
            throws ConfigException, IOException {
        boolean inUse;
        synchronized (this) {
            pod = newest;
            mode = defaultMode;
            wanted = List.copyOf(projections);
            others = Map.copyOf(shown);
            inUse = opened;
        }
        if (inUse) {
            fill();
            return;
        }
        if (client.raw("/api/v1/namespaces/" + namespace(newest) + "/serviceaccounts/" + account(newest)) == null) {
            throw new ConfigException("failed to fetch token: serviceaccounts \"" + account(newest) + "\" not found");
        }
    }

    /** A program is about to look. Cheap when one did before. */
    void open() throws IOException {
        synchronized (this) {
            if (opened) {
                return;
            }
        }
        fill();
    }

    /** Asks for what is missing until nothing is: what is wanted may change meanwhile. */
    private void fill() throws IOException {
        while (true) {
            List<ServiceAccountTokenProjection> missing;
            Pod owner;
            synchronized (this) {
                missing = wanted.stream().filter(this::isDue).toList();
                owner = pod;
                if (missing.isEmpty()) {
                    write();
                    opened = true;
                    return;
                }
            }
            for (ServiceAccountTokenProjection projection : missing) {
                Token token = ask(owner, projection);
                synchronized (this) {
                    tokens.put(projection.getPath(), token);
                }
            }
        }
    }

    private boolean isDue(ServiceAccountTokenProjection projection) {
        Token token = tokens.get(projection.getPath());
        return token == null || !clock.now().isBefore(token.renewAt);
    }

    private void write() throws IOException {
        Map<String, VolumeFile> all = new TreeMap<>(others);
        Long user = FsGroup.user(pod);
        Long group = FsGroup.of(pod);
        // A token is a secret: where it is known who reads it, nobody else may.
        int tokenMode = user == null && group == null ? mode : 0600;
        for (ServiceAccountTokenProjection projection : wanted) {
            Token token = tokens.get(projection.getPath());
            if (token != null) {
                all.put(projection.getPath(), new VolumeFile(token.text, tokenMode, user == null ? 0 : user));
            }
        }
        AtomicDirectory.write(directory, all, group, AtomicDirectory.version(clock.now(), version++));
    }

    private Token ask(Pod pod, ServiceAccountTokenProjection projection) {
        long seconds = projection.getExpirationSeconds() == null ? 3600 : projection.getExpirationSeconds();
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(projection.getAudience() == null ? List.of() : List.of(projection.getAudience()))
                .withExpirationSeconds(seconds)
                .withNewBoundObjectRef()
                .withKind("Pod")
                .withApiVersion("v1")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build();
        TokenRequest answer = client.serviceAccounts()
                .inNamespace(namespace(pod))
                .withName(account(pod))
                .tokenRequest(request);
        // The kubelet renews at 80 % of a token's life, so that a program that reads the file late still gets a good
        // one.
        return new Token(
                answer.getStatus().getToken().getBytes(StandardCharsets.UTF_8),
                clock.now().plus(Duration.ofSeconds(seconds * 8 / 10)));
    }

    private static String namespace(Pod pod) {
        return pod.getMetadata().getNamespace();
    }

    private static String account(Pod pod) {
        String account = pod.getSpec().getServiceAccountName();
        return account == null ? "default" : account;
    }
}
