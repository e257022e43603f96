package kubelab.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.utility.TestcontainersConfiguration;

/** The container engine: whether there is one, and what its errors mean. */
public final class Docker {
    private static final Duration SILENCE = Duration.ofSeconds(40);

    private Docker() {}

    /** A pull that counts what the engine reports of it. */
    private static final class Pull extends PullImageResultCallback {
        private final AtomicLong heard = new AtomicLong();

        @Override
        public void onNext(PullResponseItem item) {
            heard.incrementAndGet();
            super.onNext(item);
        }
    }

    /**
     * Made when it is first asked for. Not Testcontainers' own client: asking for that starts its reaper, and pulls the
     * reaper's image for two minutes where there is no registry, only to look whether an engine answers.
     */
    private static final class Engine {
        static final DockerClient CLIENT = DockerClientProviderStrategy.getClientForConfig(
                DockerClientFactory.instance().getTransportConfig());
    }

    /**
     * Why containers cannot be run here; empty if they can. Takes a second the first time. Where {@code DOCKER_HOST}
     * names an engine, that one must answer: Testcontainers would silently go on with the machine's own socket.
     */
    public static Optional<String> unavailable() {
        try {
            client().pingCmd().exec();
            String named = Objects.requireNonNullElse(System.getenv("DOCKER_HOST"), "");
            String used = DockerClientFactory.instance()
                    .getTransportConfig()
                    .getDockerHost()
                    .toString();
            return named.isEmpty() || used.equals(named) || !used.startsWith("unix:")
                    ? Optional.empty()
                    : Optional.of("No Docker engine answers at " + named + " (DOCKER_HOST).");
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("No Docker engine answers.");
        }
    }

    /** Whether the engine has the image already. */
    public static boolean hasImage(String image) {
        try {
            client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Makes sure that the engine has all that a cluster of containers needs. */
    static void ensureImages(String image, Progress progress) {
        if (System.getenv("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX") != null) {
            return; // names are rewritten on their way; only Testcontainers knows what to
        }
        ensureImage(image, progress);
        if (!Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))) {
            ensureImage(TestcontainersConfiguration.getInstance().getRyukImage(), progress);
        }
    }

    /**
     * Makes sure that the engine has the image. One attempt: Testcontainers' own pull tries again for two minutes,
     * also where no registry can ever be reached. A pull may take long, but not without a word: one of which nothing
     * is heard for {@link #SILENCE} is given up.
     *
     * @throws ClusterException NO_IMAGE if the image is not there and cannot be pulled, DISK_FULL
     */
    static void ensureImage(String image, Progress progress) {
        if (hasImage(image)) {
            return;
        }
        progress.step("pulling " + image + " (first use only)");
        try (Pull pull = client().pullImageCmd(image).exec(new Pull())) {
            long heard;
            do {
                heard = pull.heard.get();
                if (pull.awaitCompletion(SILENCE.toSeconds(), TimeUnit.SECONDS)) {
                    return;
                }
            } while (pull.heard.get() > heard);
            throw new IllegalStateException("the registry sent nothing for " + SILENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pulling " + image, e);
        } catch (IOException | RuntimeException e) {
            if (messages(e).toLowerCase(Locale.ROOT).contains("no space left")) {
                throw explain(e, image);
            }
            throw new ClusterException(
                    ClusterException.Reason.NO_IMAGE,
                    "The image " + image + " is not on this machine and cannot be pulled (" + lastMessage(e) + ").",
                    image.contains("ryuk")
                            ? "Try `docker pull " + image + "`; or do without this safety net:"
                                    + " TESTCONTAINERS_RYUK_DISABLED=true; or use --cluster embedded."
                            : "Try `docker pull " + image + "`; behind a mirror name yours with --image or"
                                    + " KUBELAB_K3S_IMAGE; or use --cluster embedded.",
                    e);
        }
    }

    /** Bytes that a container uses, without what the system only keeps in memory because there is room. */
    static long memory(String container) {
        AtomicLong bytes = new AtomicLong();
        var first = new ResultCallback.Adapter<Statistics>() {
            @Override
            public void onNext(Statistics statistics) {
                MemoryStatsConfig memory = statistics.getMemoryStats();
                if (memory.getUsage() != null) {
                    Long cached =
                            memory.getStats() == null ? null : memory.getStats().getInactiveFile();
                    bytes.set(memory.getUsage() - (cached == null ? 0 : cached));
                }
            }
        };
        try {
            client().statsCmd(container).withNoStream(true).exec(first).awaitCompletion(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return bytes.get();
    }

    static DockerClient client() {
        return Engine.CLIENT;
    }

    static void require() {
        unavailable().ifPresent(why -> {
            throw new ClusterException(
                    ClusterException.Reason.NO_DOCKER,
                    why + " Clusters of the provider k3s are containers.",
                    "Start Docker (or see that `docker info` answers for this user), or use --cluster embedded, which"
                            + " needs no Docker.");
        });
    }

    /** Turns what the engine threw while a node was started into a cause that can be acted on. */
    static ClusterException explain(Throwable thrown, String image) {
        if (thrown instanceof ClusterException e) {
            return e;
        }
        String text = messages(thrown);
        String low = text.toLowerCase(Locale.ROOT);
        String last = lastMessage(thrown);
        if (low.contains("no space left")) {
            return new ClusterException(
                    ClusterException.Reason.DISK_FULL,
                    "The disk is full: the engine could not write what the cluster needs (" + last + ").",
                    "Free some space (`docker system df` shows what Docker holds), then try again.",
                    thrown);
        }
        if (low.contains("port is already allocated") || low.contains("address already in use")) {
            return new ClusterException(
                    ClusterException.Reason.PORT_BUSY,
                    "A port that the cluster needs is taken (" + last + ").",
                    "Try again (new ports are chosen each time), or stop the program that holds it.",
                    thrown);
        }
        if (low.contains("unable to apply caps")
                || low.contains("operation not permitted")
                || low.contains("privileged mode is")
                || low.contains("privileged containers are not allowed")) {
            return new ClusterException(
                    ClusterException.Reason.NO_PRIVILEGE,
                    "The engine refuses a privileged container, which k3s needs (" + last + ").",
                    "Allow privileged containers (rootless and hardened engines forbid them), or use --cluster"
                            + " embedded.",
                    thrown);
        }
        if (low.contains("can't get docker image")
                || low.contains("pull access denied")
                || low.contains("failed to pull")
                || low.contains("no such image")) {
            return new ClusterException(
                    ClusterException.Reason.NO_IMAGE,
                    "The image " + image + " is not on this machine and cannot be pulled (" + last + ").",
                    "Try `docker pull " + image + "`; behind a mirror name yours with --image or KUBELAB_K3S_IMAGE;"
                            + " or use --cluster embedded.",
                    thrown);
        }
        return new ClusterException(
                ClusterException.Reason.OTHER,
                "The k3s cluster could not be started: " + last,
                "Look at `./kubelab doctor`; --debug shows the whole error.",
                thrown);
    }

    private static String messages(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            text.append(t).append('\n');
        }
        return text.toString();
    }

    private static String lastMessage(Throwable thrown) {
        String last = thrown.toString();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t.getMessage() != null) {
                last = t.getMessage();
            }
        }
        String line = last.strip().replaceAll("\\s+", " ");
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }
}
