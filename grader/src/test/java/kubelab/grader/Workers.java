package kubelab.grader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kubelab.cluster.Cluster;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.worker.WorkerArchive;

/** Workers for tests that start hundreds of them. */
final class Workers {
    private static boolean tried;

    private Workers() {}

    /** Makes workers start fast, as the launcher does; not possible where a module is a folder of classes, not a jar. Twice is once. */
    static synchronized void archive(ClusterAccess access) throws IOException, InterruptedException {
        if (tried) {
            return;
        }
        tried = true;
        boolean jars = AnswerClassPath.find().stream().allMatch(Files::isRegularFile);
        if (!jars) {
            System.out.println(
                    "Workers start slowly: labkit is no jar. `./mvnw verify` instead of `test` makes it one.");
            return;
        }
        // one for each JVM that runs tests at the same time
        String name = "workers-" + ProcessHandle.current().pid() + ".jsa";
        Path archive = Path.of("target", name).toAbsolutePath();
        archive.toFile().deleteOnExit();
        try (Cluster cluster = Cluster.attached(access.kubeconfig(), access.provider(), "")) {
            if (WorkerArchive.make(archive, cluster)) {
                System.setProperty(WorkerArchive.PROPERTY, archive.toString());
            }
        }
    }
}
