package kubelab.app.course;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import kubelab.app.answers.AnswerFile;
import kubelab.app.answers.Grading;
import kubelab.app.answers.GradingProgress;
import kubelab.app.answers.OnePersonsAnswers;
import kubelab.app.answers.Starters;
import kubelab.app.console.Terminal;
import kubelab.app.notebook.NotebookCluster;
import kubelab.app.notebook.NotebookResult;
import kubelab.app.notebook.NotebookRunner;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.PrivateClusters;
import kubelab.cluster.Progress;
import kubelab.containers.host.DaemonThreads;
import kubelab.course.Chapter;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import kubelab.grader.claims.ClaimResult;
import kubelab.grader.claims.ClaimRunner;

/**
 * Runs chapters on one cluster in three lanes: notebooks, claims, exercises. Each lane takes the chapters in their order
 * and waits for no other: a chapter ends with a few seconds in which it only waits for its cluster, and the next one can
 * use the processor then.
 */
public final class CourseRun {
    /** One more than there are processors: half of a grading is waiting. */
    private static final int GRADINGS = Math.max(3, Runtime.getRuntime().availableProcessors() + 1);

    /** Cells come one after the other and mostly wait, so one notebook alone would be the last to end. */
    private static final int NOTEBOOKS = 2;

    private final Path root;
    private final Cluster cluster;
    private final PrivateClusters privates;
    private final Path kubeconfig;
    private final Answers answers;
    private final Course course;
    private final Progress progress;

    public CourseRun(
            Path root,
            Cluster cluster,
            PrivateClusters privates,
            Path kubeconfig,
            Answers answers,
            Course course,
            Progress progress) {
        this.root = root;
        this.cluster = cluster;
        this.privates = privates;
        this.kubeconfig = kubeconfig;
        this.answers = answers;
        this.course = course;
        this.progress = progress;
    }

    /** @param listener hears of each chapter when all three lanes have left it, in the chapters' order */
    public List<CourseReport.Part> run(List<Chapter> chapters, Consumer<CourseReport.Part> listener) throws Exception {
        ExecutorService notebookLane = lane("notebooks", NOTEBOOKS);
        ExecutorService claimLane = lane("claims", 1);
        ExecutorService exerciseLane = lane("exercises", 1);
        Exercises exercises = new Exercises(chapters);
        try {
            List<CompletableFuture<NotebookResult>> notebooks = new ArrayList<>();
            List<CompletableFuture<List<ClaimResult>>> claims = new ArrayList<>();
            for (Chapter chapter : chapters) {
                notebooks.add(submit(notebookLane, () -> notebook(chapter)));
                claims.add(submit(claimLane, () -> claims(chapter)));
            }
            CompletableFuture<Void> graded = submit(exerciseLane, exercises::grade);
            graded.exceptionally(e -> {
                exercises.failed(e);
                return null;
            });
            List<CourseReport.Part> parts = new ArrayList<>();
            for (int i = 0; i < chapters.size(); i++) {
                Chapter chapter = chapters.get(i);
                CourseReport.Part part = new CourseReport.Part(
                        chapter, get(notebooks.get(i)), get(claims.get(i)), get(exercises.of(chapter)));
                parts.add(part);
                listener.accept(part);
            }
            get(graded); // the last result is remembered, too, and the grader has put its things away
            return parts;
        } finally {
            notebookLane.shutdownNow();
            claimLane.shutdownNow();
            exerciseLane.shutdownNow();
        }
    }

    private NotebookResult notebook(Chapter chapter) throws IOException, InterruptedException {
        progress.step("running chapter " + chapter.id());
        NotebookRunner runner = new NotebookRunner(
                NotebookCluster.environment(cluster, kubeconfig),
                id -> course.find(id).flatMap(e -> AnswerFile.of(answers, e)),
                Workspace.output().resolve("run"));
        return runner.run(
                chapter.notebook(),
                cell -> progress.step(chapter.id() + ": cell " + cell.number() + " of " + cell.total()));
    }

    private List<ClaimResult> claims(Chapter chapter) {
        return new ClaimRunner(cluster.client(), cluster::newNamespace, ClaimRunner.solutions(Workspace.solutions()))
                .run(
                        course.claims(chapter),
                        r -> progress.step(
                                (r.proven() ? "✔ " : "✘ ") + r.claim().id()));
    }

    private static ExecutorService lane(String name, int atOnce) {
        return Executors.newFixedThreadPool(atOnce, DaemonThreads.named("course-" + name));
    }

    private static <T> CompletableFuture<T> submit(ExecutorService lane, Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** The lane of the exercises: one grader has them all, and says of each chapter when its last one is judged. */
    private final class Exercises {
        private final Instant started = Instant.now();
        private final Map<String, List<Exercise>> byTopic = new LinkedHashMap<>();
        private final Map<String, CompletableFuture<Optional<Report>>> reports = new HashMap<>();
        private final Map<String, ExerciseResult> results = new ConcurrentHashMap<>();
        private volatile long seed;

        Exercises(List<Chapter> chapters) {
            for (Chapter chapter : chapters) {
                List<Exercise> own = course.exercises(chapter);
                CompletableFuture<Optional<Report>> report = new CompletableFuture<>();
                byTopic.put(chapter.topic(), own);
                reports.put(chapter.topic(), report);
                if (own.isEmpty()) {
                    report.complete(Optional.empty());
                }
            }
        }

        CompletableFuture<Optional<Report>> of(Chapter chapter) {
            return Objects.requireNonNull(reports.get(chapter.topic()));
        }

        Void grade() throws InterruptedException {
            List<String> ids = byTopic.values().stream()
                    .flatMap(List::stream)
                    .map(Exercise::id)
                    .toList();
            if (ids.isEmpty()) {
                return null; // to a grader no id means all
            }
            Grader.Builder builder = Grader.builder(root);
            if (OnePersonsAnswers.areThisUsers(root, answers)) {
                builder.progress(Workspace.home().path());
            }
            try (Grader grader = builder.cluster(Grading.access(cluster))
                    .privateClusters(privates)
                    .parallel(GRADINGS)
                    .listener(new GradingProgress(progress, Terminal::say) {
                        @Override
                        public void finished(ExerciseResult result) {
                            super.finished(result);
                            judged(result);
                        }
                    })
                    .build()) {
                seed = grader.seed();
                grader.check(ids, answers, Starters.untouched(root, answers, course.exercises()));
            }
            return null;
        }

        private void judged(ExerciseResult result) {
            results.put(result.exercise().id(), result);
            String topic = result.exercise().topic();
            List<ExerciseResult> own = byTopic.getOrDefault(topic, List.of()).stream()
                    .flatMap(e -> Optional.ofNullable(results.get(e.id())).stream())
                    .toList();
            if (own.size() == byTopic.getOrDefault(topic, List.of()).size()) {
                Objects.requireNonNull(reports.get(topic))
                        .complete(Optional.of(new Report(
                                own,
                                cluster.provider(),
                                "own",
                                answers.shown(Workspace.root()),
                                seed,
                                started,
                                Duration.between(started, Instant.now()))));
            }
        }

        /** Whoever waits for a chapter that was not reached hears why. */
        void failed(Throwable why) {
            reports.values().forEach(r -> r.completeExceptionally(why));
        }
    }
}
