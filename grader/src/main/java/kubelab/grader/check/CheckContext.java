package kubelab.grader.check;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import kubelab.cluster.Components;
import kubelab.cluster.Deadline;
import kubelab.grader.worker.Ending;
import kubelab.grader.worker.RunningComponent;
import kubelab.labkit.Component;
import kubelab.labkit.Dialer;
import kubelab.labkit.component.Harness;
import kubelab.labkit.component.PortForwardDialer;
import tools.jackson.databind.JsonNode;

/** One grading of one answer, as a check sees it: the namespace, and what a user could do there. */
public final class CheckContext {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-z][A-Za-z0-9-]*\\}");
    private static final long EXEC_SECONDS = 10;
    private static final long PREPARE_SECONDS = 60;

    private final KubernetesClient client;
    private final String namespace;
    private final Random random;
    private final JsonNode answer;
    private final Optional<RunningComponent> component;
    private final Optional<Components> components;
    private final Set<String> given = ConcurrentHashMap.newKeySet();
    private final Map<String, String> notes;
    private final AtomicInteger touches = new AtomicInteger();
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    /**
     * @param client the grader's own, an administrator's
     * @param answer what a question's answer returned; an empty object otherwise
     */
    public CheckContext(KubernetesClient client, String namespace, Random random, JsonNode answer) {
        this(client, namespace, random, answer, Optional.empty(), Optional.empty(), new ConcurrentHashMap<>());
    }

    private CheckContext(
            KubernetesClient client,
            String namespace,
            Random random,
            JsonNode answer,
            Optional<RunningComponent> component,
            Optional<Components> components,
            Map<String, String> notes) {
        this.client = client;
        this.namespace = namespace;
        this.random = random;
        this.answer = answer;
        this.component = component;
        this.components = components;
        this.notes = notes;
    }

    /** The same run once the answer has returned. */
    public CheckContext with(JsonNode given) {
        return new CheckContext(client, namespace, random, given, component, components, notes)
                .startingFrom(this.given);
    }

    /** The same run once the answer's component is there. */
    public CheckContext with(RunningComponent given) {
        return new CheckContext(client, namespace, random, answer, Optional.of(given), components, notes)
                .startingFrom(this.given);
    }

    /** The same run, where parts of the cluster may be stopped: nobody else uses it. */
    public CheckContext with(Components given) {
        return new CheckContext(client, namespace, random, answer, component, Optional.of(given), notes)
                .startingFrom(this.given);
    }

    /** Remembers what is there before the answer runs. */
    public void prepared() {
        given.addAll(ConfigMaps.names(this));
    }

    Set<String> given() {
        return Set.copyOf(given);
    }

    private CheckContext startingFrom(Set<String> before) {
        given.addAll(before);
        return this;
    }

    /** The same run, in another namespace. */
    public CheckContext in(String other) {
        return new CheckContext(client, other, random, answer, component, components, notes);
    }

    /** Keeps what was seen for the exercise's debrief, where {@code {name}} stands for it. The last one counts. */
    public void note(String name, Object value) {
        notes.put(name, String.valueOf(value));
    }

    /**
     * The debrief with what this run noted; empty where it lacks something that was never noted.
     *
     * @param text with {@code {name}} in it
     */
    public String debrief(String text) {
        String filled = text;
        for (Map.Entry<String, String> note : notes.entrySet()) {
            filled = filled.replace("{" + note.getKey() + "}", note.getValue());
        }
        return PLACEHOLDER.matcher(filled).find() ? "" : filled;
    }

    /**
     * The answer's component, called over its pipe. Most checks want {@link #start} instead.
     *
     * @throws IllegalStateException when the exercise's form is not {@code component}
     */
    public <T extends Component> T component(Class<T> type) {
        return component
                .orElseThrow(() -> new IllegalStateException("the exercise's form is not \"component\""))
                .as(type);
    }

    /**
     * The parts of the cluster that can be stopped and started, for instance {@code replicaset-controller}. The exercise has
     * that cluster to itself; what is stopped when it ends is started again, however it ends.
     *
     * @throws IllegalStateException when the exercise does not say {@code needs: [stop-component]}
     */
    public Components components() {
        return components.orElseThrow(() -> new IllegalStateException(
                "a check stops components only where its exercise says \"needs: [stop-component]\""));
    }

    /** What went wrong in the answer's component first, if there is one and anything did. */
    Optional<Ending> componentFault() {
        return component.flatMap(RunningComponent::fault);
    }

    /**
     * Puts the answer's component to work in the namespace, as in {@code start(SchedulerHarness.named("my-scheduler"))}.
     * What it throws is remembered where it runs.
     */
    public <C extends Component, H extends Harness> H start(Harness.Plan<C, H> plan) {
        Harness.Site site = new Harness.Site(client, namespace, dialer(), fault -> {});
        return closing(plan.start(site, component(plan.kind())));
    }

    /** The way from here to Pods and Services. */
    public Dialer dialer() {
        return new PortForwardDialer(client, namespace);
    }

    /** Is closed when the exercise is over. */
    public <T extends AutoCloseable> T closing(T what) {
        open.push(what);
        return what;
    }

    /** Ends what the check has started. */
    public void close() {
        for (AutoCloseable what = open.poll(); what != null; what = open.poll()) {
            try {
                what.close();
            } catch (Exception e) {
                // what does not end by itself ends with its namespace or the grader
            }
        }
    }

    public KubernetesClient client() {
        return client;
    }

    public String namespace() {
        return namespace;
    }

    public JsonNode answer() {
        return answer;
    }

    /** The only source of chance: what it gives follows from the seed in the report. */
    public Random random() {
        return random;
    }

    /** Five letters that spell nothing. */
    public String word() {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return word.toString();
    }

    /** For {@link Check#prepare}: waits for what the cluster brings about by itself. */
    public void await(String what, BooleanSupplier there) {
        try {
            if (!Deadline.in(Duration.ofSeconds(PREPARE_SECONDS)).await(there)) {
                throw new IllegalStateException("the cluster did not bring about " + what + " in " + namespace
                        + " within " + PREPARE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + what, e);
        }
    }

    /** The objects of one or more YAML manifests; what begins with a brace would be read as JSON. */
    public List<HasMetadata> parse(String manifests) {
        return client.load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    /** Creates what is in manifests in this namespace, in their order. */
    public void create(String manifests) {
        parse(manifests).forEach(o -> client.resource(o).inNamespace(namespace).create());
        touched();
    }

    /** Puts what is in manifests in the place of what is there, or creates it where the answer has deleted it. */
    public void replace(String manifests) {
        parse(manifests).forEach(o -> client.resource(o).inNamespace(namespace).createOr(NonDeletingOperation::update));
        touched();
    }

    /** Says that the check itself has just changed something, so that "nothing changes any more" starts anew. */
    public void touched() {
        touches.incrementAndGet();
    }

    int touches() {
        return touches.get();
    }

    public Optional<Pod> pod(String name) {
        return Optional.ofNullable(
                client.pods().inNamespace(namespace).withName(name).get());
    }

    public List<Pod> pods() {
        return client.pods().inNamespace(namespace).list().getItems();
    }

    /** Deletes it as `kubectl delete pod --wait=false` would. */
    public void deletePod(String name) {
        client.pods().inNamespace(namespace).withName(name).delete();
        touched();
    }

    /** What `kubectl logs` shows; empty where there is no log to be had. */
    public String log(String pod, String container) {
        try {
            return client.pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .inContainer(container)
                    .getLog();
        } catch (KubernetesClientException e) {
            return notFound(e, "");
        }
    }

    /**
     * A command's end, seen from outside.
     *
     * @param exit the exit code; -1 when it could not be started or did not end in time
     */
    public record Executed(int exit, String out, String err) {
        public boolean ok() {
            return exit == 0;
        }
    }

    /** What `kubectl exec POD -c CONTAINER -- COMMAND` does. */
    public Executed exec(String pod, String container, String... command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (ExecWatch watch = client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .inContainer(container)
                .writingOutput(out)
                .writingError(err)
                .exec(command)) {
            Integer exit = watch.exitCode().get(EXEC_SECONDS, TimeUnit.SECONDS);
            return new Executed(exit == null ? -1 : exit, text(out), text(err));
        } catch (TimeoutException e) {
            return new Executed(-1, text(out), "it did not end within " + EXEC_SECONDS + " s");
        } catch (ExecutionException | KubernetesClientException e) {
            // no such container, or it does not run: to the check that is an observation, not an error
            return new Executed(-1, text(out), "the command could not be started");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Executed(-1, "", "interrupted");
        }
    }

    /** What a GET through the API server's proxy to a Pod's port answers; empty if nobody answers. */
    public Optional<String> get(String pod, int port, String path) {
        String uri = "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":" + port + "/proxy/" + path;
        try {
            return Optional.ofNullable(client.raw(uri));
        } catch (KubernetesClientException e) {
            return Optional.empty();
        }
    }

    public static Optional<ContainerStatus> status(Pod pod, String container) {
        return Optional.ofNullable(pod.getStatus()).flatMap(s -> s.getContainerStatuses().stream()
                .filter(c -> c.getName().equals(container))
                .findFirst());
    }

    public static boolean isRunning(Pod pod, String container) {
        return status(pod, container)
                .map(s -> s.getState() != null && s.getState().getRunning() != null)
                .orElse(false);
    }

    public static int restarts(Pod pod, String container) {
        return status(pod, container).map(ContainerStatus::getRestartCount).orElse(0);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Only "there is none" and "it does not run (yet)" are answers; the rest is the cluster's trouble, or ours. */
    private static <T> T notFound(KubernetesClientException e, T otherwise) {
        if (e.getCode() == 404 || e.getCode() == 400) {
            return otherwise;
        }
        throw e;
    }
}
