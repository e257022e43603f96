package kubelab.controlplane.runtime.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kubelab.controlplane.runtime.ImagePullException;
import kubelab.controlplane.runtime.command.Applets;
import kubelab.controlplane.runtime.filesystem.ImageLayer;
import kubelab.controlplane.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/** All images there are. One for a whole cluster: an image is made when it is first asked for. */
public final class ImageRegistry {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, Supplier<ContainerImage>> known = new LinkedHashMap<>();
    private final Map<String, ContainerImage> made = new ConcurrentHashMap<>();

    public ImageRegistry() {
        known.put("docker.io/library/busybox:1.36", () -> busybox("docker.io/library/busybox:1.36"));
        known.put("docker.io/library/nginx:1.27", () -> nginx("docker.io/library/nginx:1.27", "1.27.5"));
        known.put("docker.io/library/nginx:1.28", () -> nginx("docker.io/library/nginx:1.28", "1.28.0"));
        known.put("registry.k8s.io/e2e-test-images/agnhost:2.53", this::agnhost);
        known.put("registry.k8s.io/pause:3.10", this::pause);
    }

    /** Adds an image, or replaces one. @param name in any form */
    public void register(String name, Supplier<ContainerImage> image) {
        String full = ImageName.canonical(name);
        made.remove(full);
        synchronized (known) {
            known.put(full, image);
        }
    }

    public Optional<ContainerImage> find(String name) {
        String full = ImageName.canonical(name);
        Supplier<ContainerImage> maker;
        synchronized (known) {
            maker = known.get(full);
        }
        return maker == null ? Optional.empty() : Optional.of(made.computeIfAbsent(full, n -> maker.get()));
    }

    /**
     * As a node without a way to the registry says it.
     *
     * @throws ImagePullException for a name that is not registered
     */
    public ContainerImage pull(String name) throws ImagePullException {
        Optional<ContainerImage> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        String full = ImageName.canonical(name);
        String host = full.substring(0, full.indexOf('/'));
        String server = host.equals("docker.io") ? "registry-1.docker.io" : host;
        int colon = full.lastIndexOf(':');
        String path = full.substring(host.length() + 1, colon);
        String tag = full.substring(colon + 1);
        String lookup = server.contains(":") ? server.substring(0, server.indexOf(':')) : server;
        throw new ImagePullException("failed to pull and unpack image \"" + full
                + "\": failed to resolve image: failed to do request: Head \"https://" + server + "/v2/" + path
                + "/manifests/" + tag + "\": dial tcp: lookup " + lookup + ": no such host");
    }

    private static String id(String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(("kubelab " + name).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What all images with a shell have: busybox under all its names, and the usual directories. */
    private static ImageLayer.Builder base() {
        ImageLayer.Builder layer = new ImageLayer.Builder()
                .directory("/bin", 0755)
                .directory("/dev", 0755)
                .directory("/etc", 0755)
                .directory("/home", 0755)
                .directory("/proc", 0555)
                .directory("/root", 0755)
                .directory("/run", 0755)
                .directory("/sys", 0555)
                .directory("/tmp", 01777)
                .directory("/var", 0755)
                .link("/var/run", "/run")
                .file("/etc/hosts", 0644, "")
                .file("/etc/hostname", 0644, "")
                .file("/etc/resolv.conf", 0644, "")
                .file("/etc/passwd", 0644, """
                        root:x:0:0:root:/root:/bin/sh
                        nginx:x:101:101:nginx:/var/cache/nginx:/bin/false
                        nobody:x:65534:65534:nobody:/:/bin/false
                        """)
                .file("/etc/group", 0644, "root:x:0:\nnginx:x:101:\nnobody:x:65534:\n")
                .program("/bin/busybox", "busybox", 2_268_000);
        Applets.names().forEach(name -> layer.link("/bin/" + name, "/bin/busybox"));
        return layer;
    }

    private static @Nullable Program busyboxProgram(String name) {
        return name.equals("busybox") ? Applets.BUSYBOX : null;
    }

    private static ContainerImage busybox(String name) {
        return new ContainerImage(
                name,
                id(name),
                2_518_812,
                base().build(),
                List.of(),
                List.of("sh"),
                Map.of("PATH", PATH),
                "TERM",
                ImageRegistry::busyboxProgram);
    }

    private static ContainerImage nginx(String name, String version) {
        String tag = name.substring(name.lastIndexOf(':') + 1);
        return new ContainerImage(
                name,
                id(name),
                13_288_785,
                NginxFiles.add(base(), tag).build(),
                List.of("/docker-entrypoint.sh"),
                List.of("nginx", "-g", "daemon off;"),
                Map.of("PATH", PATH, "NGINX_VERSION", version),
                "QUIT",
                program -> program.equals("nginx") ? new Nginx(version) : busyboxProgram(program));
    }

    private ContainerImage agnhost() {
        String name = "registry.k8s.io/e2e-test-images/agnhost:2.53";
        return new ContainerImage(
                name,
                id(name),
                56_326_173,
                base().program("/agnhost", "agnhost", 53_805_218).build(),
                List.of("/agnhost"),
                List.of("pause"),
                Map.of("PATH", PATH),
                "TERM",
                program -> program.equals("agnhost") ? new Agnhost() : busyboxProgram(program));
    }

    private ContainerImage pause() {
        String name = "registry.k8s.io/pause:3.10";
        ImageLayer layer = new ImageLayer.Builder()
                .directory("/dev", 0755)
                .directory("/etc", 0755)
                .directory("/proc", 0555)
                .directory("/sys", 0555)
                .file("/etc/hosts", 0644, "")
                .file("/etc/hostname", 0644, "")
                .file("/etc/resolv.conf", 0644, "")
                .program("/pause", "pause", 685_000)
                .build();
        return new ContainerImage(
                name,
                id(name),
                685_295,
                layer,
                List.of("/pause"),
                List.of(),
                Map.of("PATH", PATH),
                "TERM",
                program -> program.equals("pause") ? new Pause() : null);
    }
}
