package kubelab.app.command;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.app.bench.Bench;
import kubelab.app.bench.FiguresPage;
import kubelab.app.bench.Machine;
import kubelab.app.bench.Sizes;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Docker;
import kubelab.cluster.K3sProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        header = "Measure the embedded cluster beside a real one, and compare with the goals.",
        description = {
            "",
            "Runs both under the same load, in alternating pairs; about ten minutes on a quiet machine.",
            "Without Docker it measures the embedded cluster alone.",
            ""
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    /** What the figures can be written as. */
    enum Format {
        TEXT,
        JSON,
        ADOC
    }

    private static final String DRIVER = "kubelab.bench.driver";
    private static final int BUSY_PERCENT = 20;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text, json or adoc.")
    private Format format;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "Also write the documentation's page there; its text written by hand stays.")
    private @Nullable Path page;

    @Option(names = "--small", description = "A short run with little load: shows that it works, not how fast.")
    private boolean small;

    @Option(names = "--embedded-only", description = "Leave the real cluster out.")
    private boolean embeddedOnly;

    @Option(names = "--checks", description = "Measure only how long `course` and `check` take; about three minutes.")
    private boolean checks;

    @Option(names = "--anyway", description = "Measure although the machine is busy; the figures say so.")
    private boolean anyway;

    @Override
    public Integer call() throws Exception {
        if (System.getProperty(DRIVER) == null) {
            return inProcessOfItsOwn();
        }
        long begin = System.nanoTime();
        Machine machine = Machine.look();
        if (machine.busy() > BUSY_PERCENT && !anyway) {
            Terminal.error(
                    "Other programs use " + machine.busyText() + " of the processors: figures taken now mean little.");
            Terminal.next("Wait until the machine is quiet, or say --anyway.");
            return ExitCode.NOT_TRIED;
        }
        Optional<ClusterSpec> real = real();
        Sizes sizes = small ? Sizes.small() : Sizes.full();
        Bench bench = new Bench(program(), Workspace.root(), real, sizes, step -> Terminal.say(elapsed(begin) + step));
        FiguresPage figures = new FiguresPage(
                machine, real.map(spec -> "k3s, " + image(spec)), checks ? bench.runChecks() : bench.run());
        Terminal.say(elapsed(begin) + "done");
        Path file = page;
        if (file != null && !checks) {
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.writeString(file, figures.adoc(before));
        }
        System.out.write((switch (format) {
                    case TEXT -> figures.text();
                    case JSON -> figures.json() + "\n";
                    case ADOC -> figures.adoc("");
                })
                .getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        return 0;
    }

    private Optional<ClusterSpec> real() {
        if (embeddedOnly || checks) {
            return Optional.empty();
        }
        Optional<String> why = Docker.unavailable();
        why.ifPresent(reason -> Terminal.say(reason + " The embedded cluster is measured alone."));
        return why.isPresent() ? Optional.empty() : Optional.of(ClusterSpec.k3s());
    }

    private static String image(ClusterSpec spec) {
        return K3sProvider.image(spec);
    }

    /** The load comes from a JVM with the full compiler: the program's own flags are for short commands. */
    private Integer inProcessOfItsOwn() throws Exception {
        List<String> command = new ArrayList<>(Workspace.again(
                List.of("-D" + DRIVER + "=true", "-Dkubelab.tty.err=" + System.getProperty("kubelab.tty.err", ""))));
        command.removeIf(option -> option.startsWith("-XX:TieredStopAtLevel"));
        command.addAll(List.of("bench", "--format=" + format));
        Path file = page;
        if (file != null) {
            command.add("--page=" + file);
        }
        if (small) {
            command.add("--small");
        }
        if (embeddedOnly) {
            command.add("--embedded-only");
        }
        if (checks) {
            command.add("--checks");
        }
        if (anyway) {
            command.add("--anyway");
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** As `kubelab up` starts the process that holds the cluster. */
    private static List<String> program() {
        List<String> command = new ArrayList<>(Workspace.daemon(""));
        command.remove(command.size() - 1);
        command.add("-XX:TieredStopAtLevel=1"); // the driver has the full compiler
        return command;
    }

    private static String elapsed(long begin) {
        return String.format("%4d s  ", (System.nanoTime() - begin) / 1_000_000_000L);
    }
}
