package kubelab.grader.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import kubelab.grader.answer.AnswerClassPath;

/**
 * Makes the class-data archive that halves a worker's start: {@code java -cp … kubelab.grader.worker.WorkerArchive FILE}.
 * The launcher calls it once after a build (an archive is good for one JDK and one set of jars only), and names the file
 * to the program by {@code -Dkubelab.worker.archive=FILE}.
 */
public final class WorkerArchive {
    static final String PROPERTY = "kubelab.worker.archive";

    private WorkerArchive() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path target = Path.of(args[0]).toAbsolutePath();
        Path half = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid());
        List<String> command = new ArrayList<>(command(AnswerClassPath.find()));
        command.addAll(1, List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-XX:ArchiveClassesAtExit=" + half));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        // no job comes, so it warms up and ends
        process.getOutputStream().close();
        int exit = process.waitFor();
        if (exit != 0 || !Files.isRegularFile(half)) {
            Files.deleteIfExists(half);
            System.err.println("no class-data archive for workers (exit code " + exit + "): they start more slowly");
            return;
        }
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** How a worker is started; an archive is good only for the same class path. */
    static List<String> command(List<Path> classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
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
