package kubelab.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** {@code rancher/k3s} in Docker, a container a node. */
public final class K3sProvider implements ClusterProvider {
    /** What labs, proofs and checks run; copied from the host's engine into the nodes where the host has them. */
    public static final List<String> LAB_IMAGES = List.of(
            "busybox:1.36",
            "nginx:1.27",
            "nginx:1.28",
            "registry.k8s.io/e2e-test-images/agnhost:2.53",
            "registry.k8s.io/pause:3.10");

    @Override
    public Cluster start(ClusterSpec spec, Progress progress) {
        Docker.require();
        Sweep.containers();
        return K3sCluster.start(spec, image(spec), LAB_IMAGES, progress);
    }

    /**
     * Why no cluster of this kind can be started here; empty if one can. Pulls the image of the nodes where the engine
     * does not have it, so that the answer may take as long as that.
     */
    public static Optional<String> unavailable(Progress progress) {
        Optional<String> why = Docker.unavailable();
        if (why.isPresent()) {
            return why;
        }
        try {
            Docker.ensureImages(image(ClusterSpec.k3s()), progress);
            return Optional.empty();
        } catch (ClusterException e) {
            return Optional.of(e.getMessage() + " " + e.nextStep());
        }
    }

    /**
     * The image of the nodes: the option, else the system property {@code kubelab.k3s.image}, else
     * {@code KUBELAB_K3S_IMAGE}, else the build's default.
     */
    public static String image(ClusterSpec spec) {
        return spec.image()
                .or(() -> Settings.value("kubelab.k3s.image", "KUBELAB_K3S_IMAGE"))
                .orElseGet(() -> buildProperty("image"));
    }

    /** The one Kubernetes release everything here speaks of, for instance {@code 1.34.4}. */
    public static String kubernetesVersion() {
        return buildProperty("kubernetes");
    }

    private static String buildProperty(String key) {
        Properties properties = new Properties();
        try (InputStream in = K3sProvider.class.getResourceAsStream("k3s.properties")) {
            if (in == null) {
                throw new IllegalStateException("k3s.properties is not on the class path");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(key);
    }
}
