package kubelab.app.command;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.BackgroundState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "status",
        header = "Say whether the background cluster runs (exit code 1: it does not).",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    private String format;

    @Override
    public Integer call() {
        Background background = new Background(Workspace.home());
        background.cleanUp();
        Optional<BackgroundState> state = background.state();
        if (format.equals("json")) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("running", state.isPresent());
            state.ifPresent(s -> {
                json.put("phase", s.phase());
                json.put("provider", s.provider());
                json.put("description", s.description());
                json.put("nodes", s.nodes());
                json.put("pid", s.owner().pid());
                json.put("since", s.since().toString());
                json.put("kubeconfig", background.kubeconfig().toString());
                json.put("log", background.log().toString());
                json.put("stalled", s.stalled());
            });
            System.out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
        } else if (state.isEmpty()) {
            System.out.println("No background cluster is running. `./kubelab up` starts one.");
        } else {
            BackgroundState s = state.get();
            System.out.println(s.description() + ", " + s.phase() + (s.detail().isEmpty() ? "" : ": " + s.detail()));
            System.out.println("  nodes       " + String.join(", ", s.nodes()));
            System.out.println("  kubeconfig  " + background.kubeconfig());
            System.out.println("  log         " + background.log());
            System.out.println("  process     " + s.owner().pid() + ", for "
                    + Duration.between(s.since(), Instant.now()).toMinutes() + " min");
            s.stalled().forEach(part -> System.out.println("  stalled     " + part));
            if (!s.stalled().isEmpty()) {
                System.out.println("  → `./kubelab down`, then `./kubelab up` makes a new cluster. The log says more.");
            }
        }
        return state.isPresent() ? 0 : ExitCode.FAILED;
    }
}
