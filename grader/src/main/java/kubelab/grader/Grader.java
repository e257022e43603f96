package kubelab.grader;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Components;
import kubelab.cluster.PrivateClusters;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.host.FileTree;
import kubelab.course.Course;
import kubelab.course.Exercise;
import org.jspecify.annotations.Nullable;

/**
 * Grades answers on a cluster. One grader serves one run of a command; {@link #check} may be called again.
 *
 * <pre>{@code
 * try (Grader grader = Grader.builder(root).cluster(access).build()) {
 *     Report report = grader.check(List.of("pods-1"), Answers.parse(root, "labs"));
 * }
 * }</pre>
 */
public final class Grader implements AutoCloseable {
    /** How long a grading that is given up may take to end. */
    private static final long END_SECONDS = 10;

    private final Path root;
    private final String submission;
    private final Course course;
    private final ClusterAccess cluster;
    private final GradeListener listener;
    private final long seed;
    private final int parallel;
    private final Optional<Progress> progress;
    private final KubernetesClient client;
    private final WarmGrader standby;
    private final boolean ownsStandby;
    private final Path scratch;
    private final ExecutorService background;
    private final ExerciseRun runs;
    private final Limits limits;
    private final PrivateClusters privates;
    private final boolean ownsPrivates;
    private final Optional<Cluster> lent;

    private Grader(Builder builder, ClusterAccess cluster) {
        this.root = builder.root;
        this.submission = builder.submission;
        this.course = Course.load(builder.root);
        this.cluster = cluster;
        this.listener = builder.listener;
        this.seed = builder.seed == null ? new SecureRandom().nextInt(1, 1_000_000) : builder.seed;
        this.parallel = builder.parallel;
        this.progress = Optional.ofNullable(builder.stateDirectory).map(Progress::open);
        this.ownsStandby = builder.standby == null;
        this.standby = builder.standby == null
                ? WarmGrader.open(builder.root, builder.limits, parallel, builder.trusted)
                : builder.standby;
        try {
            this.scratch = Files.createTempDirectory("kubelab-grader-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.background = Executors.newCachedThreadPool(DaemonThreads.named("grader"));
        this.client = client(cluster);
        this.limits = builder.limits;
        this.ownsPrivates = builder.privates == null;
        this.lent = ownsPrivates && cluster.lendsItself()
                ? Optional.of(Cluster.attached(cluster.kubeconfig(), cluster.provider(), ""))
                : Optional.empty();
        this.privates = builder.privates != null
                ? builder.privates
                : lent.map(PrivateClusters::lending)
                        .orElseGet(() -> PrivateClusters.like(
                                ClusterSpec.of(cluster.provider()), kubelab.cluster.Progress.SILENT));
        this.runs = new ExerciseRun(
                client,
                cluster,
                Optional.empty(),
                standby.workers(),
                builder.limits,
                listener,
                builder.keepFailed,
                scratch);
        background.submit(runs::sweep);
    }

    /** A Pod that does not answer its proxy is an observation (503), not a reason to try ten times. */
    private static KubernetesClient client(ClusterAccess cluster) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(cluster.kubeconfig()))
                .withRequestRetryBackoffLimit(1)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    public static Builder builder(Path root) {
        return new Builder(root);
    }

    /** Starts the process for an answer that is to come, while nobody waits for it. Twice is once. */
    public void standBy() {
        standby.standBy();
    }

    /** What {@link Report#seed} will say. */
    public long seed() {
        return seed;
    }

    public Course course() {
        return course;
    }

    /**
     * Grades these exercises side by side.
     *
     * @param ids empty for all (for a namespace: exactly one)
     * @throws IllegalArgumentException for an unknown id, or a way of answering that an exercise does not have
     */
    public Report check(List<String> ids, Answers answers) throws InterruptedException {
        return check(ids, answers, Set.of());
    }

    /**
     * As above.
     *
     * @param notBegun ids of exercises whose answer is the starter still: they are not run
     */
    public Report check(List<String> ids, Answers answers, Set<String> notBegun) throws InterruptedException {
        Instant started = Instant.now();
        List<Exercise> exercises = ids.isEmpty()
                ? course.exercises()
                : ids.stream().map(course::get).toList();
        if (answers instanceof Answers.State) {
            requireState(exercises);
        }
        Predicate<Exercise> begun = exercise -> !notBegun.contains(exercise.id());
        standby.begin(
                answers instanceof Answers.State
                        ? 0
                        : (int) exercises.stream().filter(begun).count());
        ExecutorService pool = Executors.newFixedThreadPool(parallel, task -> new Thread(task, "grader-exercise"));
        try {
            List<Future<ExerciseResult>> futures = new ArrayList<>();
            CountDownLatch shared = new CountDownLatch((int)
                    exercises.stream().filter(e -> !waitsForOthers(e, answers)).count());
            for (Exercise exercise : exercises) {
                futures.add(
                        waitsForOthers(exercise, answers)
                                ? background.submit(() -> {
                                    shared.await();
                                    return grade(exercise, answers, begun);
                                })
                                : pool.submit(() -> {
                                    try {
                                        return grade(exercise, answers, begun);
                                    } finally {
                                        shared.countDown();
                                    }
                                }));
            }
            List<ExerciseResult> results = new ArrayList<>();
            Optional<String> notKept = Optional.empty();
            for (Future<ExerciseResult> future : futures) {
                ExerciseResult result = future.get();
                results.add(result);
                try {
                    // at once: what is found so far stays when the command is ended
                    progress.ifPresent(p -> p.record(result, started, answers));
                } catch (UncheckedIOException e) {
                    // what was found is told all the same
                    notKept = Optional.of("Results are not remembered: " + e.getMessage());
                }
            }
            notKept.ifPresent(listener::warned);
            return new Report(
                    results,
                    cluster.provider(),
                    "own",
                    answers.shown(root),
                    seed,
                    started,
                    Duration.between(started, Instant.now()),
                    origin(answers));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the grader itself failed", e.getCause());
        } catch (InterruptedException e) {
            // given up: what the exercises have begun they end themselves, for what they use is closed next
            pool.shutdownNow();
            pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            throw e;
        } finally {
            pool.shutdownNow();
            standby.end();
        }
    }

    private Origin origin(Answers answers) {
        String kubernetes;
        try {
            kubernetes = client.getKubernetesVersion().getGitVersion();
        } catch (KubernetesClientException e) {
            kubernetes = ""; // it is gone by now
        }
        return Origin.of(root, submission.isEmpty() ? answers.submission() : submission, kubernetes);
    }

    /**
     * Sets up what an exercise starts from in a namespace, for answering by hand; makes the namespace if need be.
     *
     * @return the seed that was used; the namespace remembers it
     */
    public long prepare(String id, String namespace) throws InterruptedException {
        Exercise exercise = course.get(id);
        Optional<String> refusal = privates.refusal().filter(r -> exercise.cluster() == Exercise.Sharing.PRIVATE);
        if (refusal.isPresent()) {
            throw new IllegalArgumentException(id + " cannot be prepared here. " + refusal.get());
        }
        if (ExerciseRun.stops(exercise)) {
            throw new IllegalArgumentException(id + " cannot be prepared here. It stops parts of the cluster, which all"
                    + " who use the cluster would feel.");
        }
        runs.prepare(exercise, namespace, seed);
        return seed;
    }

    private ExerciseResult grade(Exercise exercise, Answers answers, Predicate<Exercise> begun)
            throws InterruptedException {
        if (!begun.test(exercise)) {
            ExerciseResult result = ExerciseRun.notBegun(exercise, seed);
            listener.finished(result);
            return result;
        }
        listener.started(exercise);
        ExerciseResult result;
        Instant start = Instant.now();
        try {
            result = wantsPrivate(exercise, answers)
                    ? gradePrivately(exercise, answers)
                    : runs.grade(exercise, answers, seed, standby.compiler());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
            // our fault by definition: whatever an answer can do ends in a result of its own, and costs no other its
            // one
            result = ExerciseRun.ungradable(exercise, seed, e, Duration.between(start, Instant.now()));
        }
        listener.finished(result);
        return result;
    }

    /** What is done by hand is looked at where it was done: on the learner's own cluster, which may be touched. */
    private boolean wantsPrivate(Exercise exercise, Answers answers) {
        if (answers instanceof Answers.State) {
            return exercise.cluster() == Exercise.Sharing.PRIVATE
                    && privates.refusal().isPresent();
        }
        boolean tooFewNodes = !cluster.abilities().contains("nodes(" + exercise.nodes() + ")") && exercise.nodes() > 1;
        return exercise.cluster() == Exercise.Sharing.PRIVATE
                || ExerciseRun.stops(exercise)
                || (tooFewNodes && privates.refusal().isEmpty() && !privates.lendsTheSharedOne());
    }

    /** Where the only cluster is the one that all share, an exercise that changes it comes last. */
    private boolean waitsForOthers(Exercise exercise, Answers answers) {
        return privates.lendsTheSharedOne() && wantsPrivate(exercise, answers);
    }

    private ExerciseResult gradePrivately(Exercise exercise, Answers answers) throws Exception {
        Optional<String> refusal = privates.refusal();
        if (refusal.isPresent()) {
            return ExerciseRun.skipped(exercise, seed, refusal.get());
        }
        try (PrivateClusters.Lease lease = privates.take(exercise.nodes())) {
            ClusterAccess access = ClusterAccess.of(lease.cluster());
            try (KubernetesClient own = client(access)) {
                Optional<Components> parts = lease.cluster().has(Ability.STOP_COMPONENT)
                        ? Optional.of(lease.cluster().components())
                        : Optional.empty();
                ExerciseRun run =
                        new ExerciseRun(own, access, parts, standby.workers(), limits, listener, false, scratch);
                try {
                    return run.grade(exercise, answers, seed, standby.compiler());
                } finally {
                    run.close();
                }
            }
        }
    }

    private static void requireState(List<Exercise> exercises) {
        if (exercises.size() != 1) {
            throw new IllegalArgumentException(
                    "--namespace grades one exercise: say which, as in `./kubelab check pods-1 --namespace my-own`");
        }
        Exercise exercise = exercises.get(0);
        if (!exercise.form().isDoneByHand()) {
            throw new IllegalArgumentException(exercise.id()
                    + " asks for an answer in Java: a namespace's state can only answer exercises that ask for a"
                    + " state");
        }
    }

    @Override
    public void close() {
        // who gave up has interrupted us; what there is to put away must be put away all the same
        Thread.interrupted();
        background.shutdownNow();
        if (ownsStandby) {
            standby.close();
        }
        runs.close();
        client.close();
        if (ownsPrivates) {
            privates.close();
            lent.ifPresent(Cluster::close);
        }
        FileTree.tryDelete(scratch); // a file that will not go is the temporary folder's affair
    }

    /** {@link #cluster} must be given; all else has a default. */
    public static final class Builder {
        private final Path root;
        private @Nullable ClusterAccess cluster;
        private String submission = "";
        private @Nullable Long seed;
        private @Nullable Path stateDirectory;
        private GradeListener listener = GradeListener.silent();
        private Limits limits = Limits.own();
        private int parallel = Math.max(2, Runtime.getRuntime().availableProcessors());
        private boolean keepFailed;
        private boolean trusted;
        private @Nullable PrivateClusters privates;
        private @Nullable WarmGrader standby;

        private Builder(Path root) {
            this.root = root;
        }

        public Builder cluster(ClusterAccess access) {
            cluster = access;
            return this;
        }

        /**
         * Where exercises are graded that need a cluster to themselves; not closed with the grader. Without it the grader
         * has such of its own, of the same provider as its cluster.
         */
        public Builder privateClusters(PrivateClusters given) {
            privates = given;
            return this;
        }

        /** A compiler and processes that are warm already; not closed with the grader. Their limits count. */
        public Builder standby(WarmGrader given) {
            standby = given;
            return this;
        }

        /** The same seed gives the same names and numbers. */
        public Builder seed(long given) {
            seed = given;
            return this;
        }

        /** What the instructor calls the answers that are graded; without it the name of their folder counts. */
        public Builder submission(String id) {
            submission = id;
            return this;
        }

        public Builder listener(GradeListener hears) {
            listener = hears;
            return this;
        }

        public Builder limits(Limits given) {
            limits = given;
            return this;
        }

        public Builder parallel(int exercises) {
            parallel = Math.max(1, exercises);
            return this;
        }

        /**
         * The answers are known, as the repository's own are: they may share a process, one after the other, as long as
         * each leaves nothing behind in it. Ignored where {@link #standby} is given.
         */
        public Builder trusted() {
            trusted = true;
            return this;
        }

        /** Leaves the namespace of an exercise that failed to look at, until the exercise is graded again. */
        public Builder keepFailed(boolean keep) {
            keepFailed = keep;
            return this;
        }

        /** Where the best results are remembered. */
        public Builder progress(Path directory) {
            stateDirectory = directory;
            return this;
        }

        public Grader build() {
            if (cluster == null) {
                throw new IllegalStateException("a grader needs a cluster");
            }
            return new Grader(this, cluster);
        }
    }
}
