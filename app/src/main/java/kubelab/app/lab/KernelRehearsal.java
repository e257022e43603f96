package kubelab.app.lab;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kubelab.app.answers.Grading;
import kubelab.app.daemon.LabCluster;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.containers.host.DaemonThreads;
import kubelab.course.Course;
import kubelab.grader.Answers;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import kubelab.grader.report.HtmlReport;

/**
 * A kernel's JVM that nobody listens to: it starts JJava, runs a few cells and grades an exercise, so that the class-data
 * archive which it writes at its end has what a learner's first cells need.
 */
final class KernelRehearsal {
    private KernelRehearsal() {}

    public static void main(String[] args) throws Exception {
        Path connection = Files.createTempFile("kubelab-rehearsal", ".json");
        try {
            Files.writeString(connection, connection());
            Class<?> jjava = Class.forName("org.dflib.jjava.distro.JJava");
            DaemonThreads.start("kernel", () -> {
                try {
                    jjava.getMethod("main", String[].class).invoke(null, (Object) new String[] {connection.toString()});
                } catch (ReflectiveOperationException e) {
                    e.printStackTrace();
                }
            });
            Class<?> base = Class.forName("org.dflib.jjava.jupyter.kernel.BaseKernel");
            // the kernel is there before its start-up script has run, and a shell takes one snippet at a time
            for (int i = 0; System.getProperty(Kernel.STARTED) == null && i < 300; i++) {
                Thread.sleep(100);
            }
            Thread.sleep(300);
            Object running = base.getMethod("notebookKernel").invoke(null);
            var eval = base.getMethod("evalRaw", String.class);
            for (String cell : List.of(
                    "var lab = Lab.open(\"rehearsal\");",
                    "var pods = lab.client().pods().inNamespace(lab.namespace()); show(pods.list());",
                    "class Nothing { int one() { return List.of(1).size(); } }",
                    "lab.close();")) {
                eval.invoke(running, cell);
            }
            grade();
        } finally {
            Files.deleteIfExists(connection);
        }
        System.exit(0);
    }

    private static void grade() throws InterruptedException {
        Path root = Workspace.root();
        try (Cluster cluster = LabCluster.background(Duration.ofMinutes(1));
                Grader grader = Grader.builder(root)
                        .cluster(Grading.access(cluster))
                        .keepFailed(false)
                        .build()) {
            String first = Course.load(root).exercises().get(0).id();
            Report report = grader.check(List.of(first), Answers.parse(root, "solutions"));
            HtmlReport.fragment(report);
        }
    }

    private static String connection() throws java.io.IOException {
        List<ServerSocket> held = new ArrayList<>();
        StringBuilder json = new StringBuilder("{\"transport\":\"tcp\",\"ip\":\"127.0.0.1\",\"key\":\"rehearsal\","
                + "\"signature_scheme\":\"hmac-sha256\"");
        for (String port : List.of("shell", "iopub", "stdin", "control", "hb")) {
            ServerSocket socket = new ServerSocket(0);
            held.add(socket);
            json.append(",\"").append(port).append("_port\":").append(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return json.append('}').toString();
    }
}
