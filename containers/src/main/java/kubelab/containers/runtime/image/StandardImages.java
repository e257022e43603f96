package kubelab.containers.runtime.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import kubelab.containers.runtime.command.Applets;
import kubelab.containers.runtime.filesystem.ImageLayer;
import kubelab.containers.runtime.kernel.Program;
import org.jspecify.annotations.Nullable;

/** The images that are here from the start, and the repositories whose other tags they stand for. */
final class StandardImages {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String NGINX = "1.27.5";
    private static final Set<String> LATEST = Set.of("latest");
    private static final String HUB = "docker.io/library/";
    private static final String E2E = "registry.k8s.io/e2e-test-images/";

    static final List<ImageFamily> FAMILIES = List.of(
            new ImageFamily(
                    List.of(HUB + "nginx", E2E + "nginx", "docker.io/nginxinc/nginx-unprivileged"),
                    Map.of(1, 29),
                    Set.of("latest", "stable", "mainline"),
                    List.of(version(1, 27, HUB + "nginx:1.27"), version(1, 28, HUB + "nginx:1.28"))),
            new ImageFamily(
                    List.of("registry.k8s.io/nginx-slim", "k8s.gcr.io/nginx-slim"),
                    Map.of(0, 27),
                    Set.of(),
                    List.of(version(0, 0, HUB + "nginx:1.27"))),
            new ImageFamily(
                    List.of(HUB + "busybox", E2E + "busybox", "registry.k8s.io/busybox", "k8s.gcr.io/busybox"),
                    Map.of(1, 37),
                    Set.of("latest", "stable", "unstable"),
                    List.of(version(1, 36, HUB + "busybox:1.36"))),
            new ImageFamily(
                    List.of(HUB + "alpine"),
                    Map.of(3, 22),
                    Set.of("latest", "edge"),
                    List.of(version(3, 0, HUB + "busybox:1.36"))),
            new ImageFamily(
                    List.of(HUB + "debian"),
                    Map.of(10, 13, 11, 11, 12, 12, 13, 1),
                    Set.of("latest", "stable", "buster", "bullseye", "bookworm", "trixie"),
                    List.of(version(10, 0, HUB + "busybox:1.36"))),
            new ImageFamily(
                    List.of(HUB + "ubuntu"),
                    Map.of(18, 10, 20, 10, 22, 10, 24, 10, 25, 10),
                    Set.of("latest", "rolling", "bionic", "focal", "jammy", "noble"),
                    List.of(version(18, 0, HUB + "busybox:1.36"))),
            new ImageFamily(
                    List.of("registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"),
                    Map.of(2, 57),
                    Set.of(),
                    List.of(version(2, 53, E2E + "agnhost:2.53"))),
            new ImageFamily(
                    List.of("registry.k8s.io/pause", "k8s.gcr.io/pause"),
                    Map.of(2, 0, 3, 10),
                    LATEST,
                    List.of(version(3, 10, "registry.k8s.io/pause:3.10"))),
            new ImageFamily(
                    List.of(HUB + "httpd", E2E + "httpd"),
                    Map.of(2, 4),
                    LATEST,
                    List.of(version(2, 4, HUB + "httpd:2.4"))),
            new ImageFamily(
                    List.of(HUB + "redis"),
                    Map.of(4, 0, 5, 0, 6, 2, 7, 4, 8, 4),
                    LATEST,
                    List.of(version(7, 4, HUB + "redis:7.4"))),
            new ImageFamily(
                    List.of("docker.io/hashicorp/http-echo"),
                    Map.of(0, 2, 1, 0),
                    LATEST,
                    List.of(version(1, 0, "docker.io/hashicorp/http-echo:1.0"))));

    private StandardImages() {}

    /** Full name → what makes it. */
    static Map<String, Supplier<ContainerImage>> all() {
        Map<String, Supplier<ContainerImage>> all = new LinkedHashMap<>();
        all.put("docker.io/library/busybox:1.36", () -> busybox("docker.io/library/busybox:1.36"));
        all.put("docker.io/library/nginx:1.27", () -> nginx("docker.io/library/nginx:1.27", NGINX));
        all.put("docker.io/library/nginx:1.28", () -> nginx("docker.io/library/nginx:1.28", "1.28.0"));
        all.put("registry.k8s.io/e2e-test-images/agnhost:2.53", StandardImages::agnhost);
        all.put("registry.k8s.io/pause:3.10", StandardImages::pause);
        all.put("docker.io/library/httpd:2.4", StandardImages::apache);
        all.put("docker.io/library/redis:7.4", StandardImages::redis);
        all.put("docker.io/hashicorp/http-echo:1.0", StandardImages::echo);
        return all;
    }

    private static ImageFamily.Version version(int major, int minor, String image) {
        return new ImageFamily.Version(major, minor, image);
    }

    static String id(String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(("kubelab " + name).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What images without a shell have. */
    private static ImageLayer.Builder bare() {
        return new ImageLayer.Builder()
                .directory("/dev", 0755)
                .directory("/etc", 0755)
                .directory("/proc", 0555)
                .directory("/sys", 0555)
                .file("/etc/hosts", 0644, "")
                .file("/etc/hostname", 0644, "")
                .file("/etc/resolv.conf", 0644, "");
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

    /** The programs of all these images. */
    static @Nullable Program program(String name) {
        return switch (name) {
            case "nginx" -> new Nginx(NGINX);
            case "agnhost" -> new Agnhost();
            case "pause" -> new Pause();
            case "httpd-foreground" -> new Apache();
            case "redis-server" -> new RedisServer();
            case "redis-cli" -> new RedisCli();
            case "http-echo" -> new HttpEcho();
            default -> busyboxProgram(name);
        };
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
                StandardImages::busyboxProgram);
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

    private static ContainerImage agnhost() {
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

    private static ContainerImage pause() {
        String name = "registry.k8s.io/pause:3.10";
        ImageLayer layer = bare().program("/pause", "pause", 685_000).build();
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

    /** The programs are busybox's and this one. */
    private static ContainerImage withShell(
            String name, long size, ImageLayer.Builder layer, String program, Supplier<Program> make) {
        return new ContainerImage(
                name,
                id(name),
                size,
                layer.program("/usr/local/bin/" + program, program, size / 4).build(),
                List.of(program),
                List.of(),
                Map.of("PATH", PATH),
                "TERM",
                asked -> asked.equals(program) ? make.get() : busyboxProgram(asked));
    }

    private static ContainerImage apache() {
        return withShell(
                "docker.io/library/httpd:2.4",
                45_000_000,
                base().file(
                                "/usr/local/apache2/htdocs/index.html",
                                0644,
                                "<html><body><h1>It works!</h1></body></html>\n"),
                "httpd-foreground",
                Apache::new);
    }

    private static ContainerImage redis() {
        ContainerImage server = withShell(
                "docker.io/library/redis:7.4",
                45_000_000,
                base().directory("/data", 0755).program("/usr/local/bin/redis-cli", "redis-cli", 7_000_000),
                "redis-server",
                RedisServer::new);
        return server.withPrograms(asked ->
                asked.equals("redis-cli") ? new RedisCli() : server.programs().apply(asked));
    }

    /** As the real one it has no shell. */
    private static ContainerImage echo() {
        String name = "docker.io/hashicorp/http-echo:1.0";
        return new ContainerImage(
                name,
                id(name),
                3_300_000,
                bare().program("/http-echo", "http-echo", 6_000_000).build(),
                List.of("/http-echo"),
                List.of(),
                Map.of("PATH", PATH),
                "TERM",
                program -> program.equals("http-echo") ? new HttpEcho() : null);
    }
}
