package kubelab.app.lab;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.TypeDeclSnippet;
import kubelab.app.answers.Grading;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.Deadline;
import kubelab.cluster.PrivateClusters;
import kubelab.course.Claim;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.labkit.AuditLog;
import kubelab.labkit.Component;
import kubelab.labkit.Dialer;
import kubelab.labkit.Evidence;
import kubelab.labkit.Lab;
import kubelab.labkit.Proof;
import kubelab.labkit.component.Harness;
import kubelab.labkit.component.PortForwardDialer;
import org.jspecify.annotations.Nullable;

/** A lab in a notebook. Nothing is graded in this JVM: answers travel to a worker. */
final class NotebookLab implements Lab {
    /** What a kernel imports for itself; an answer has no kernel on its class path. */
    private static final List<String> KERNELS = List.of("org.dflib.jjava.", "io.github.spencerpark.");

    private static final Duration LONGEST_WATCH = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final String namespace;
    private final Screen screen;
    private final PrivateClusters privates;
    private final Map<String, Harness> running = new ConcurrentHashMap<>();
    private volatile boolean closed;

    NotebookLab(Cluster cluster, String namespace, Screen screen) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.screen = screen;
        this.privates = Grading.privateClusters(cluster, Optional.empty(), step -> System.out.println("… " + step));
    }

    @Override
    public KubernetesClient client() {
        return cluster.client();
    }

    @Override
    public AuditLog audit() {
        return cluster.audit();
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public void show(Object value) {
        show(Tables.of(value));
    }

    private void show(Tables.Picture picture) {
        screen.show(picture.text(), picture.html());
    }

    @Override
    public void watch(Supplier<?> value, Duration time) {
        Deadline end = Deadline.in(time.compareTo(LONGEST_WATCH) < 0 ? time : LONGEST_WATCH);
        String shown = "";
        try (Screen.Live live = screen.live()) {
            do {
                Tables.Picture picture = Tables.of(value.get());
                if (!picture.html().equals(shown)) {
                    shown = picture.html();
                    live.draw(picture.text(), shown);
                }
                Thread.sleep(Math.max(1, Math.min(1000, end.left().toMillis())));
            } while (!end.isOver());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void prove(Proof proof) throws Exception {
        Claim claim = claim(proof);
        Evidence seen = proof.prove(client(), namespace);
        show(Tables.shown(claim.shown(), seen));
        if (!seen.holds()) {
            throw new IllegalStateException(claim.id() + " is not shown: " + seen.observed());
        }
    }

    @Override
    public void falsify(Proof proof) throws Exception {
        Claim claim = claim(proof);
        Evidence seen = proof.falsify(client(), namespace);
        show(Tables.falsified(claim.falsifier(), seen));
        if (seen.holds()) {
            throw new IllegalStateException(claim.id() + ": the probe holds, too, when " + claim.falsifier());
        }
    }

    private static Claim claim(Proof proof) {
        String name = proof.getClass().getSimpleName();
        return Course.load(Workspace.root()).claims().stream()
                .filter(c -> c.proof().endsWith("." + name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No claim is proven by " + name + "; keep the name of the proof's class."));
    }

    @Override
    public void check(String exerciseId) {
        if (later(exerciseId)) {
            return;
        }
        Exercise exercise = Course.load(Workspace.root()).get(exerciseId);
        JShell shell = Screen.shell()
                .orElseThrow(() -> new IllegalStateException("check(\"" + exerciseId
                        + "\") works in a notebook's kernel only; elsewhere use ./kubelab check " + exerciseId));
        grade(exercise, new Answers.Cell(source(shell, exercise)));
    }

    @Override
    public void check(Object answer) {
        Class<?> type = answer.getClass();
        Course course = Course.load(Workspace.root());
        Exercise exercise = course.exercises().stream()
                .filter(e -> e.simpleName().equals(type.getSimpleName()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No exercise has a class " + type.getSimpleName() + "; keep the name of the starter's class."));
        if (later(exercise.id())) {
            return;
        }
        Optional<String> source = Screen.shell().map(shell -> source(shell, exercise));
        if (source.isPresent()) {
            grade(exercise, new Answers.Cell(source.get()));
            return;
        }
        Map<String, byte[]> bytes = new HashMap<>();
        collect(type, bytes);
        grade(exercise, new Answers.Classes(type.getName(), bytes));
    }

    @Override
    public <C extends Component, H extends Harness> H run(C component, Harness.Plan<C, H> plan) {
        Harness.Site site = new Harness.Site(client(), namespace, dialer(), fault -> tell(component, fault));
        return replace(plan.role(), () -> plan.start(site, component));
    }

    @Override
    public Dialer dialer() {
        return new PortForwardDialer(client(), namespace);
    }

    /** A cell that is run again means the new one: two schedulers of the same name would race for every Pod. */
    private <T extends Harness> T replace(String what, Supplier<T> start) {
        end(running.remove(what));
        T started = start.get();
        // no lock while components are started and ended: of two cells at once, or of a cell and the end, one sees the
        // other
        end(running.put(what, started));
        if (closed) {
            end(running.remove(what));
        }
        return started;
    }

    private static void end(@Nullable Harness harness) {
        if (harness != null) {
            try {
                harness.close();
            } catch (RuntimeException e) {
                System.err.println("could not be ended: " + e.getMessage());
            }
        }
    }

    /** The learner's own line; the rest of the stack is ours. */
    private static void tell(Component component, Exception fault) {
        String name = component.getClass().getSimpleName();
        String where = Arrays.stream(fault.getStackTrace())
                .filter(f -> f.getClassName().contains(name))
                .findFirst()
                .map(f -> " in " + f.getMethodName() + ", line " + f.getLineNumber())
                .orElse("");
        System.err.println(name + " threw " + fault.getClass().getSimpleName() + where + ": " + fault.getMessage());
    }

    private boolean later(String id) {
        boolean later = "later".equals(System.getenv(LabOpener.CHECK));
        if (later) {
            System.out.println(id + " is graded at the end of this run.");
        }
        return later;
    }

    private void grade(Exercise exercise, Answers answers) {
        Graded.run(cluster, privates, exercise, answers, screen);
    }

    /** The class as its cell defined it last, with the notebook's imports and the types that it names. */
    private static String source(JShell shell, Exercise exercise) {
        Map<String, String> types = new HashMap<>();
        shell.snippets()
                .filter(s -> shell.status(s) == Snippet.Status.VALID
                        || shell.status(s) == Snippet.Status.RECOVERABLE_DEFINED)
                .filter(TypeDeclSnippet.class::isInstance)
                .map(TypeDeclSnippet.class::cast)
                .forEach(t -> types.put(t.name(), t.source()));
        String main = types.remove(exercise.simpleName());
        if (main == null) {
            throw new IllegalStateException("No cell has defined the class " + exercise.simpleName()
                    + ": run the cell with your answer first.");
        }
        StringBuilder text = new StringBuilder();
        // on one line with the class's first, so that line numbers are those of the class
        shell.snippets()
                .filter(ImportSnippet.class::isInstance)
                .map(Snippet::source)
                .map(String::strip)
                .filter(i -> KERNELS.stream().noneMatch(i::contains))
                .distinct()
                .forEach(i -> text.append(i).append(i.endsWith(";") ? " " : "; "));
        text.append(main).append('\n');
        boolean more = true;
        while (more) {
            more = false;
            for (String name : List.copyOf(types.keySet())) {
                if (text.toString().matches("(?s).*\\b" + java.util.regex.Pattern.quote(name) + "\\b.*")) {
                    text.append(types.remove(name)).append('\n');
                    more = true;
                }
            }
        }
        return text.toString();
    }

    /** The class and those nested in it, as their loader has them. */
    private static void collect(Class<?> type, Map<String, byte[]> bytes) {
        String file = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("This kernel does not give away the class " + type.getSimpleName()
                        + "; use check(\"ID\") with the exercise's id instead.");
            }
            bytes.put(type.getName(), in.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        for (Class<?> nested : type.getDeclaredClasses()) {
            collect(nested, bytes);
        }
    }

    @Override
    public void close() {
        closed = true;
        running.keySet().forEach(what -> end(running.remove(what)));
        privates.close();
        cluster.deleteNamespace(namespace);
        cluster.close();
    }
}
