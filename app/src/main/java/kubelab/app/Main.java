package kubelab.app;

import java.util.List;
import kubelab.app.command.Kubelab;
import kubelab.app.console.Terminal;
import kubelab.app.daemon.DaemonClient;
import kubelab.app.daemon.Session;

/** Where the program begins: what the background cluster's process can do is done there, all else here. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Terminal.install();
        List<String> arguments = List.of(args);
        System.exit(DaemonClient.run(arguments).orElseGet(() -> Kubelab.execute(Session.ofProcess(), arguments)));
    }
}
