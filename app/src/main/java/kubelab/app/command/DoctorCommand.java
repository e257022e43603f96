package kubelab.app.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import kubelab.app.jupyter.Jupyter;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Docker;
import kubelab.cluster.K3sProvider;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        header = "Check this machine, and say what will not work without each missing thing.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private boolean broken;

    @Override
    public Integer call() {
        needed(
                "JDK",
                ToolProvider.getSystemJavaCompiler() != null
                        && Runtime.version().feature() >= 17,
                Runtime.version() + " at " + System.getProperty("java.home"),
                "nothing works; install a JDK 17 or newer (a JRE has no compiler)");
        needed(
                "loopback port",
                canListen(),
                "a free port on 127.0.0.1",
                "no embedded cluster; find out what forbids programs to listen on 127.0.0.1");
        needed(
                "state folder",
                canWrite(),
                Workspace.home().path().toString(),
                "no background cluster; set KUBELAB_HOME to a folder that you can write");
        needed("disk", freeMegabytes() > 500, freeMegabytes() + " MB free", "less than 500 MB free; make room");
        Optional<String> docker = Docker.unavailable();
        wanted("Docker", docker.isEmpty(), "answers", "no --cluster k3s; everything runs on the embedded cluster");
        if (docker.isEmpty()) {
            String image = K3sProvider.image(ClusterSpec.k3s());
            wanted("k3s image", Docker.hasImage(image), image, "the first --cluster k3s pulls " + image);
            List<String> missing = new ArrayList<>(K3sProvider.LAB_IMAGES);
            missing.removeIf(Docker::hasImage);
            wanted(
                    "lab images",
                    missing.isEmpty(),
                    "all on this machine",
                    "each k3s cluster pulls: " + String.join(", ", missing) + " (docker pull beforehand avoids that)");
        }
        wanted(
                "kubectl",
                KubectlCommand.onPath("kubectl").isPresent(),
                KubectlCommand.onPath("kubectl").map(Path::toString).orElse(""),
                "no `./kubelab kubectl` on embedded; no exercise or proof needs it");
        wanted(
                "Jupyter",
                Files.isExecutable(Jupyter.python()),
                Jupyter.folder().toString(),
                "no notebooks in the browser; `./kubelab jupyter install` (needs Python 3.10 or newer)");
        return broken ? ExitCode.NOT_TRIED : 0;
    }

    private void needed(String what, boolean there, String detail, String cost) {
        broken |= !there;
        line(there ? "✔" : "✘", what, there ? detail : cost);
    }

    private static void wanted(String what, boolean there, String detail, String cost) {
        line(there ? "✔" : "–", what, there ? detail : "missing: " + cost);
    }

    private static void line(String mark, String what, String text) {
        System.out.printf("%s %-14s %s%n", mark, what, text);
    }

    private static boolean canListen() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean canWrite() {
        try {
            Files.createDirectories(Workspace.home().path());
            return Files.isWritable(Workspace.home().path());
        } catch (IOException e) {
            return false;
        }
    }

    private static long freeMegabytes() {
        return Workspace.root().toFile().getUsableSpace() / (1024 * 1024);
    }
}
