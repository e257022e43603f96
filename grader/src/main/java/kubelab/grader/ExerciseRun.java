package kubelab.grader;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import kubelab.cluster.Ability;
import kubelab.cluster.Components;
import kubelab.course.Exercise;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.answer.AnswerProblem;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Checks;
import kubelab.grader.check.CriteriaRunner;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Pulse;
import kubelab.grader.worker.Ending;
import kubelab.grader.worker.RunningComponent;
import kubelab.grader.worker.WorkerPool;
import kubelab.labkit.worker.PipeFault;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Grading one exercise from its answer to its result: compile, namespace, prepare, run, examine, remove. */
final class ExerciseRun {
    /** After an answer that failed, less is on its way. */
    private static final Duration QUIET_AFTER_A_CRASH = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final ClusterAccess cluster;
    private final Optional<Components> components;
    private final WorkerPool workers;
    private final Limits limits;
    private final GradeListener listener;
    private final boolean keepFailed;
    private final Path scratch;
    private final Namespaces namespaces;
    private final Pulse pulse;
    private @Nullable Account account;

    /** @param components that checks may stop; empty where others use the cluster, too */
    ExerciseRun(
            KubernetesClient client,
            ClusterAccess cluster,
            Optional<Components> components,
            WorkerPool workers,
            Limits limits,
            GradeListener listener,
            boolean keepFailed,
            Path scratch) {
        this.client = client;
        this.cluster = cluster;
        this.components = components;
        this.workers = workers;
        this.limits = limits;
        this.listener = listener;
        this.keepFailed = keepFailed;
        this.scratch = scratch;
        this.namespaces = new Namespaces(client);
        Pulse beats = new ClusterPulse(client, namespaces::home);
        this.pulse = components
                .<Pulse>map(all ->
                        new PartialPulse(() -> !all.stopped().isEmpty(), beats, limits.quiet(), System::nanoTime))
                .orElse(beats);
    }

    ExerciseResult grade(Exercise exercise, Answers answers, long seed, Future<AnswerCompiler> compiler)
            throws InterruptedException, IOException, ExecutionException {
        long start = System.nanoTime();
        Check check = Checks.create(exercise);
        Outline outline = new Outline(exercise, Checks.criteria(exercise, check), seed, start);
        TreeSet<String> missing = new TreeSet<>(exercise.needs());
        missing.removeAll(cluster.abilities());
        if (!missing.isEmpty()) {
            return outline.end(
                    Outcome.SKIPPED,
                    "The " + cluster.provider() + " cluster lacks what this exercise needs: "
                            + String.join(", ", missing) + ".");
        }
        if (stops(exercise) && components.isEmpty()) {
            return outline.end(
                    Outcome.SKIPPED,
                    "It stops parts of the cluster, which all who use the cluster would feel. An answer in Java is"
                            + " graded on a cluster of its own:  ./kubelab check " + exercise.id());
        }
        if (answers instanceof Answers.State state) {
            return gradeState(exercise, check, outline, state.namespace());
        }
        AnswerCompiler.Compiled compiled;
        try {
            Path target = Files.createTempDirectory(scratch, exercise.id() + "-");
            outline.file(answers, compiler.get());
            compiled = compiler.get().compile(answers, exercise, target);
        } catch (AnswerProblem e) {
            return outline.end(Outcome.FAIL, e.text());
        }
        namespaces.removeKept(exercise);
        String namespace = namespaces.create("lab-" + exercise.id(), exercise);
        boolean keep = false;
        ExerciseResult result;
        List<String> stayed = List.of();
        try {
            CheckContext run = context(namespace, exercise, seed);
            check.plan(run);
            check.prepare(run);
            run.prepared();
            if (exercise.form() == Exercise.Form.COMPONENT) {
                // the harness acts for it, so it has no account
                result = gradeComponent(exercise, check, outline, run, job(compiled, "", namespace));
            } else {
                String kubeconfig = account().open(namespace, exercise);
                Ending ending = workers.run(job(compiled, kubeconfig, namespace), limits.time());
                result = examine(exercise, outline, run, ending);
            }
            keep = keepFailed && (result.outcome() == Outcome.FAIL || result.outcome() == Outcome.TIMEOUT);
        } finally {
            startAll(); // first of all: without its controllers no namespace goes
            revoke(namespace, exercise);
            if (keep) {
                namespaces.keep(namespace);
            } else {
                stayed = namespaces.remove(namespace);
            }
        }
        String words = stayed.isEmpty()
                ? ""
                : "A finalizer would have kept its namespace, and was taken away: " + String.join(", ", stayed);
        return (keep ? result.asKept() : result).alsoSaying(words);
    }

    /** Whether its check stops parts of the cluster. */
    static boolean stops(Exercise exercise) {
        return exercise.needs().contains(ClusterAccess.word(Ability.STOP_COMPONENT));
    }

    private CheckContext context(String namespace, Exercise exercise, long seed) {
        CheckContext run =
                new CheckContext(client, namespace, random(exercise, seed), JsonNodeFactory.instance.objectNode());
        return stops(exercise) ? components.map(run::with).orElse(run) : run;
    }

    /** Also for who was interrupted. */
    private void startAll() {
        boolean interrupted = Thread.interrupted();
        try {
            components.ifPresent(Components::startAll);
        } catch (RuntimeException e) {
            // The cluster does not come back: its owner finds that out, too, and throws it away.
            listener.warned("Parts of the cluster could not be started again: " + e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void prepare(Exercise exercise, String namespace, long seed) throws InterruptedException {
        Map<String, String> labels = Map.of(Namespaces.EXERCISE, exercise.id());
        Namespace wanted = new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(labels)
                .addToAnnotations(Namespaces.SEED, exercise.id() + "/" + seed)
                .endMetadata()
                .build();
        Namespace there = client.namespaces().withName(namespace).get();
        if (there == null) {
            client.resource(wanted).create();
        } else if (there.getMetadata().getAnnotations().containsKey(Namespaces.SEED)) {
            // its names and numbers are in use
            throw new IllegalArgumentException("The namespace " + namespace
                    + " was prepared before. Take another name, or remove it first:  kubectl delete namespace "
                    + namespace);
        } else {
            client.namespaces().withName(namespace).edit(n -> new NamespaceBuilder(n)
                    .editMetadata()
                    .addToAnnotations(Namespaces.SEED, exercise.id() + "/" + seed)
                    .endMetadata()
                    .build());
        }
        Namespaces.until(
                "the ServiceAccount default in the namespace " + namespace,
                () -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
        Check check = Checks.create(exercise);
        CheckContext run =
                new CheckContext(client, namespace, random(exercise, seed), JsonNodeFactory.instance.objectNode());
        check.plan(run);
        check.prepare(run);
    }

    void sweep() {
        namespaces.sweep();
    }

    synchronized void close() {
        namespaces.close();
        if (account != null) {
            account.close();
        }
    }

    /** An exercise for which there is no fitting cluster. */
    static ExerciseResult skipped(Exercise exercise, long seed, String why) {
        return new Outline(exercise, Checks.criteria(exercise, Checks.create(exercise)), seed, System.nanoTime())
                .end(Outcome.SKIPPED, why);
    }

    /** An exercise that could not be graded, through no fault of the answer. */
    static ExerciseResult ungradable(Exercise exercise, long seed, Throwable why, Duration took) {
        Throwable cause = why instanceof ExecutionException && why.getCause() != null ? why.getCause() : why;
        Throwable inner = cause instanceof UncheckedIOException ? cause.getCause() : null;
        return new ExerciseResult(
                exercise,
                Outcome.UNGRADABLE,
                0,
                exercise.points(),
                Outline.untried(criteria(exercise), ""),
                "The grader could not grade " + exercise.id() + "; this is not your answer's fault: "
                        + (inner == null ? cause : inner.getMessage()),
                "",
                "",
                false,
                file(exercise),
                seed,
                took);
    }

    /** What it would have been graded by; nothing where its very check cannot be made. */
    private static List<Criterion> criteria(Exercise exercise) {
        try {
            return Checks.criteria(exercise, Checks.create(exercise));
        } catch (RuntimeException | LinkageError e) {
            return List.of();
        }
    }

    /** An answer that is the starter still. It has nothing, on any cluster: every starter is held to that by a test. */
    static ExerciseResult notBegun(Exercise exercise, long seed) {
        return new Outline(exercise, Checks.criteria(exercise, Checks.create(exercise)), seed, System.nanoTime())
                .end(Outcome.NOT_BEGUN, "The answer is the starter still.");
    }

    private ExerciseResult gradeState(Exercise exercise, Check check, Outline outline, String name)
            throws InterruptedException {
        Namespace namespace = client.namespaces().withName(name).get();
        if (namespace == null) {
            return outline.end(
                    Outcome.FAIL, "There is no namespace " + name + ". Make it: kubectl create namespace " + name);
        }
        Optional<Long> prepared = preparedSeed(namespace, exercise);
        if (check.prepares() && prepared.isEmpty()) {
            return outline.end(
                    Outcome.FAIL,
                    "The namespace " + name + " was not prepared for " + exercise.id() + ". Do that first: kubelab"
                            + " prepare " + exercise.id() + " --namespace " + name);
        }
        outline.seed = prepared.orElse(outline.seed);
        CheckContext run =
                new CheckContext(client, name, random(exercise, outline.seed), JsonNodeFactory.instance.objectNode());
        check.plan(run);
        return examine(exercise, outline, run, new Ending.Returned(JsonNodeFactory.instance.objectNode(), ""));
    }

    private static Optional<Long> preparedSeed(Namespace namespace, Exercise exercise) {
        return Optional.ofNullable(namespace.getMetadata().getAnnotations())
                .map(a -> a.get(Namespaces.SEED))
                .filter(s -> s.startsWith(exercise.id() + "/"))
                .map(s -> Long.parseLong(s.substring(s.indexOf('/') + 1)));
    }

    private static WorkerPool.Job job(AnswerCompiler.Compiled compiled, String kubeconfig, String namespace) {
        return new WorkerPool.Job(compiled.mainClass(), compiled.folder(), compiled.file(), kubeconfig, namespace);
    }

    /** The component lives in its process while the criteria are examined; only then is it known how it ended. */
    private ExerciseResult gradeComponent(
            Exercise exercise, Check check, Outline outline, CheckContext prepared, WorkerPool.Job job)
            throws InterruptedException {
        outline.namespace = prepared.namespace();
        try (RunningComponent component = workers.open(job, limits.time(), limits.call())) {
            CheckContext run = prepared.with(component);
            List<CriterionResult> results;
            if (component.isThere()) {
                try {
                    results = work(exercise, check, outline, run);
                } finally {
                    run.close();
                }
            } else {
                results = outline.untried("the component could not be made");
                results.forEach(r -> listener.criterion(exercise, r));
            }
            Ending ending = component.end();
            outline.output = ending.output();
            return debriefed(
                    outline.end(outcome(results, ending), describe(ending, exercise), results, ending), prepared);
        }
    }

    private List<CriterionResult> work(Exercise exercise, Check check, Outline outline, CheckContext run)
            throws InterruptedException {
        try {
            check.start(run);
        } catch (PipeFault e) {
            // it failed at the first word that was said to it; how, its end tells
            List<CriterionResult> results = outline.untried("the component failed at the start");
            results.forEach(r -> listener.criterion(exercise, r));
            return results;
        }
        long end = outline.start + limits.exercise().toNanos();
        return new CriteriaRunner(run, limits, end, pulse)
                .examine(outline.criteria, r -> listener.criterion(exercise, r));
    }

    private ExerciseResult examine(Exercise exercise, Outline outline, CheckContext prepared, Ending ending)
            throws InterruptedException {
        outline.namespace = prepared.namespace();
        outline.output = ending.output();
        String message = describe(ending, exercise);
        boolean returned = ending instanceof Ending.Returned;
        List<CriterionResult> results;
        if (exercise.form() == Exercise.Form.QUESTION && !returned) {
            results = outline.untried("there is no answer to look at");
            results.forEach(r -> listener.criterion(exercise, r));
        } else {
            CheckContext run = ending instanceof Ending.Returned r ? prepared.with(r.answer()) : prepared;
            Limits waits = returned ? limits : limits.withQuiet(min(limits.quiet(), QUIET_AFTER_A_CRASH));
            long end = outline.start + limits.exercise().toNanos();
            results = new CriteriaRunner(run, waits, end, pulse)
                    .examine(outline.criteria, r -> listener.criterion(exercise, r));
        }
        return debriefed(outline.end(outcome(results, ending), message, results, ending), prepared);
    }

    /** What happened and why is told to those who have done it. */
    private static ExerciseResult debriefed(ExerciseResult result, CheckContext run) {
        return result.outcome() == Outcome.PASS
                ? result.withDebrief(run.debrief(result.exercise().debrief()))
                : result;
    }

    private static Outcome outcome(List<CriterionResult> results, Ending ending) {
        if (results.stream().anyMatch(r -> r.state() == State.ERROR)) {
            return Outcome.UNGRADABLE;
        } else if (ending instanceof Ending.TimedOut || ending instanceof Ending.Hung) {
            return Outcome.TIMEOUT;
        } else if (!(ending instanceof Ending.Returned) || results.stream().anyMatch(r -> r.state() == State.FAILED)) {
            return Outcome.FAIL;
        } else if (results.stream().anyMatch(r -> r.state() == State.TIMED_OUT)) {
            return Outcome.TIMEOUT;
        }
        return Outcome.PASS;
    }

    private static String describe(Ending ending, Exercise exercise) {
        String name = exercise.simpleName();
        if (ending instanceof Ending.Threw threw) {
            String where =
                    threw.frames().isEmpty() ? "" : " at " + threw.frames().get(0);
            String what = threw.message().isEmpty() ? "" : ": " + threw.message();
            return name + " threw " + threw.exception() + where + what;
        } else if (ending instanceof Ending.TimedOut timedOut) {
            return name + " did not return within " + timedOut.seconds()
                    + " s and was stopped. Does it wait for something that never comes?";
        } else if (ending instanceof Ending.Hung hung) {
            return name + "." + hung.method() + " did not return within " + hung.seconds()
                    + " s and was stopped. Does it wait for something that never comes?";
        } else if (ending instanceof Ending.Died died) {
            return died.why();
        }
        return "";
    }

    private synchronized void revoke(String namespace, Exercise exercise) {
        if (account != null) {
            account.revoke(namespace, exercise);
        }
    }

    private synchronized Account account() {
        if (account == null) {
            account = namespaces.account();
        }
        return account;
    }

    /** Each exercise has its own chance, so that grading one or all gives it the same names. */
    private static Random random(Exercise exercise, long seed) {
        return new Random(seed * 31 + exercise.id().hashCode());
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String file(Exercise exercise) {
        return "labs/src/main/java/" + exercise.sourceFile();
    }

    /** What is known of a result before it is one. */
    private static final class Outline {
        private final Exercise exercise;
        private final List<Criterion> criteria;
        private final long start;
        private long seed;
        private String namespace = "";
        private String output = "";
        private String file;

        Outline(Exercise exercise, List<Criterion> criteria, long seed, long start) {
            this.exercise = exercise;
            this.criteria = criteria;
            this.seed = seed;
            this.start = start;
            this.file = ExerciseRun.file(exercise);
        }

        /** Where the answer is, if it is a file. */
        void file(Answers answers, AnswerCompiler compiler) {
            if (answers instanceof Answers.Folder folder) {
                file = compiler.file(folder.path(), exercise).orElse(file);
            }
        }

        ExerciseResult end(Outcome outcome, String message) {
            return end(outcome, message, untried(""), 0);
        }

        /** What threw or did not end has no full marks, whatever it has brought about. */
        ExerciseResult end(Outcome outcome, String message, List<CriterionResult> results, Ending ending) {
            int points = results.stream().mapToInt(CriterionResult::points).sum();
            boolean whole = points < exercise.points() || ending instanceof Ending.Returned;
            return whole
                    ? end(outcome, message, results, points)
                    : end(
                            outcome,
                            message + "\nAll else is right; that it does not end well costs a point.",
                            results,
                            points - 1);
        }

        private ExerciseResult end(Outcome outcome, String message, List<CriterionResult> results, int points) {
            return new ExerciseResult(
                    exercise,
                    outcome,
                    points,
                    exercise.points(),
                    results,
                    message,
                    output,
                    namespace,
                    false,
                    file,
                    seed,
                    Duration.ofNanos(System.nanoTime() - start));
        }

        /** Hidden criteria stay hidden while nothing was graded. */
        List<CriterionResult> untried(String why) {
            return untried(criteria, why);
        }

        static List<CriterionResult> untried(List<Criterion> criteria, String why) {
            List<CriterionResult> results = new ArrayList<>();
            for (Criterion c : criteria) {
                results.add(new CriterionResult(
                        c.id(),
                        c.title(),
                        State.NOT_TRIED,
                        0,
                        c.points(),
                        c.hidden(),
                        "",
                        why,
                        c.command(),
                        c.hint(),
                        Duration.ZERO));
            }
            return results;
        }
    }
}
