package kubelab.cluster;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the {@link ClusterDaemon} says about itself in its state file.
 *
 * @param owner the process that holds the cluster
 * @param phase {@code starting}, {@code ready} or {@code failed}
 * @param detail the step it is at, or what went wrong
 * @param nextStep what to do about it, when it failed
 * @param provider of the cluster
 * @param description of the cluster, for people
 * @param nodes their names
 * @param abilities what it can do
 * @param since when its owner started
 * @param commands where the daemon takes commands, see {@link CommandServer}; empty if nowhere
 * @param stalled parts of the cluster that have not moved for a minute although there is work, a sentence each
 */
public record BackgroundState(
        ProcessIdentity owner,
        String phase,
        String detail,
        String nextStep,
        String provider,
        String description,
        List<String> nodes,
        Set<Ability> abilities,
        Instant since,
        String commands,
        List<String> stalled) {
    public static final String STARTING = "starting";
    public static final String READY = "ready";
    public static final String FAILED = "failed";
    static final String FILE = "cluster.properties";

    /** Empty if there is no state file, or one that cannot be understood (as good as none: its owner is gone). */
    static Optional<BackgroundState> read(Home home) {
        Properties p = new Properties();
        try {
            p.load(new StringReader(Files.readString(home.file(FILE))));
            return Optional.of(new BackgroundState(
                    new ProcessIdentity(
                            Long.parseLong(p.getProperty("pid", "")),
                            Long.parseLong(p.getProperty("start", "")),
                            p.getProperty("boot", ""),
                            p.getProperty("host", "")),
                    p.getProperty("phase", FAILED),
                    p.getProperty("detail", ""),
                    p.getProperty("nextStep", ""),
                    p.getProperty("provider", ""),
                    p.getProperty("description", ""),
                    words(p, "nodes"),
                    words(p, "abilities").stream().map(Ability::valueOf).collect(Collectors.toSet()),
                    Instant.parse(p.getProperty("since", "")),
                    p.getProperty("commands", ""),
                    p.getProperty("stalled", "").lines().toList()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    void write(Home home) throws IOException {
        Properties p = new Properties();
        p.setProperty("pid", Long.toString(owner.pid()));
        p.setProperty("start", Long.toString(owner.start()));
        p.setProperty("boot", owner.boot());
        p.setProperty("host", owner.host());
        p.setProperty("phase", phase);
        p.setProperty("detail", detail);
        p.setProperty("nextStep", nextStep);
        p.setProperty("provider", provider);
        p.setProperty("description", description);
        p.setProperty("nodes", String.join(" ", nodes));
        p.setProperty(
                "abilities",
                abilities.stream().map(Ability::name).collect(Collectors.toCollection(TreeSet::new)).stream()
                        .collect(Collectors.joining(" ")));
        p.setProperty("since", since.toString());
        p.setProperty("commands", commands);
        p.setProperty("stalled", String.join("\n", stalled));
        StringWriter text = new StringWriter();
        p.store(text, null);
        home.write(FILE, text.toString());
    }

    BackgroundState with(String phase, String detail, String nextStep) {
        return new BackgroundState(
                owner, phase, detail, nextStep, provider, description, nodes, abilities, since, commands, stalled);
    }

    BackgroundState stalled(List<String> parts) {
        return new BackgroundState(
                owner, phase, detail, nextStep, provider, description, nodes, abilities, since, commands, parts);
    }

    BackgroundState ready(Cluster cluster, String commands) {
        return new BackgroundState(
                owner,
                READY,
                "",
                "",
                provider,
                cluster.description(),
                cluster.nodes(),
                cluster.abilities(),
                since,
                commands,
                List.of());
    }

    private static List<String> words(Properties p, String key) {
        String value = p.getProperty(key, "").strip();
        return value.isEmpty() ? List.of() : List.of(value.split(" +"));
    }
}
