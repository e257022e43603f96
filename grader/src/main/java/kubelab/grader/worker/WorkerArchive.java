package kubelab.grader.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kubelab.cluster.Cluster;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.labkit.worker.Training;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the class-data archive that halves a worker's start and the first requests of an answer: a worker does what
 * answers do most, and at its end the JVM writes down which classes that took. An archive is good for one JDK and one
 * set of jars only; {@code -Dkubelab.worker.archive=FILE} names it to the grader.
 */
public final class WorkerArchive {
    /** The system property that names the archive. */
    public static final String PROPERTY = "kubelab.worker.archive";

    private static final long SECONDS = 60;

    private WorkerArchive() {}

    /**
     * @param target the archive's file; left alone when none can be made
     * @param cluster one on which the training may make Pods
     * @return whether there is an archive now
     */
    public static boolean make(Path target, Cluster cluster) throws IOException, InterruptedException {
        Path half = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid());
        Path kubeconfig = Files.createTempFile("kubelab-training", ".yaml");
        String namespace = cluster.newNamespace("training");
        try {
            Files.writeString(kubeconfig, cluster.kubeconfig());
            List<String> command = new ArrayList<>(command(AnswerClassPath.find()));
            command.addAll(1, List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-XX:ArchiveClassesAtExit=" + half));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Map<String, String> job = Map.of(
                    "word",
                    "training",
                    "archive",
                    "true",
                    "class",
                    Training.class.getName(),
                    "classes",
                    kubeconfig.getParent() + "/",
                    "kubeconfig",
                    kubeconfig.toString(),
                    "namespace",
                    namespace);
            try (OutputStream in = process.getOutputStream()) {
                in.write((new JsonMapper().writeValueAsString(job) + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the process is gone already: its exit code tells
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            if (process.exitValue() != 0 || !Files.isRegularFile(half)) {
                Files.deleteIfExists(half);
                return false;
            }
            Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } finally {
            cluster.deleteNamespace(namespace);
            Files.deleteIfExists(kubeconfig);
        }
    }

    /** How a worker is started; an archive is good only for the same class path. */
    static List<String> command(List<Path> classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-Dslf4j.internal.verbosity=ERROR"));
        if (Runtime.version().feature() >= 24) {
            // the client's libraries are no news to a learner: without these, JDK 24 and later warn on stderr
            command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        }
        String archive = System.getProperty(PROPERTY, "");
        if (!archive.isEmpty() && Files.isRegularFile(Path.of(archive))) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        command.addAll(List.of("-cp", AnswerClassPath.join(classPath), "kubelab.labkit.worker.AnswerProcess"));
        return List.copyOf(command);
    }
}
