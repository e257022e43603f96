package kubelab.labkit.worker;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.logging.LogManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.labkit.Component;
import kubelab.labkit.QuestionExercise;
import kubelab.labkit.StateExercise;

/**
 * Runs one answer once, then ends. In: one line of JSON, a {@code job}. Out: one line, the job's word followed by JSON.
 * Where the answer is a {@link Component}, it stays and is called through a {@link Pipe}, whose lines follow on both sides.
 *
 * <p>A job with {@code again} leaves the process for a further answer: on stderr a line follows with the word and {@link
 * #CLEAN}, or with what the answer has left behind, after which the process ends. A component's conversation ends with
 * the line {@link #END} then, which comes back on stderr. Each answer has a class loader of its own.
 *
 * <p>Stdout is the pipe to the grader, so whatever the answer prints goes to stderr; the word, which comes with the
 * job, tells the result from a line that found its way to stdout all the same.
 */
public final class AnswerProcess {
    /** The first line on the pipe. A process that ends before it has nothing to do with the answer. */
    public static final String READY = "ready";

    /** What the exit code says when the heap, or other memory of the JVM, was not enough; also the JVM's own for it. */
    public static final int OUT_OF_MEMORY = 3;

    /** What the exit code says when the result could not be written, for the answer has closed the pipe. */
    public static final int PIPE_CLOSED = 4;

    /** What the grader says to a component's process that is to serve a further answer. */
    public static final String END = "end";

    /** What follows the word on stderr where an answer has left nothing behind. */
    public static final String CLEAN = "clean";

    /** The longest result, in characters of JSON. */
    public static final int LONGEST_RESULT = 512 * 1024;

    private static final int LONGEST_TEXT = 2000;

    private final PrintStream pipe;
    private final PrintStream err = System.err;
    private Component component = new Component() {};
    /** One for all: what it has found out about the classes of the API is the dearest part of a start. */
    private final KubernetesSerialization json = new KubernetesSerialization();

    /** Whether an answer has brought kinds of objects, which the client would remember. */
    private boolean ownKinds;

    private AnswerProcess(PrintStream pipe) {
        this.pipe = pipe;
    }

    public static void main(String[] args) throws IOException {
        var pipe = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        // what the answer prints is shown to the learner; the client's log is not the answer's
        LogManager.getLogManager().reset();
        try {
            new AnswerProcess(pipe).run();
        } catch (OutOfMemoryError e) {
            // memory outside of the heap, for which the JVM's own flag does nothing
            Runtime.getRuntime().halt(OUT_OF_MEMORY);
        }
    }

    /** The start of a text that may be megabytes long. */
    static String brief(String text) {
        return text.length() <= LONGEST_TEXT
                ? text
                : text.substring(0, LONGEST_TEXT) + " … (" + text.length() + " characters)";
    }

    private void run() throws IOException {
        // a grader that was killed cannot end us any more
        ProcessHandle.current().parent().ifPresent(grader -> grader.onExit()
                .thenRun(() -> Runtime.getRuntime().halt(1)));
        warmUp();
        pipe.println(READY);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // what an answer reads from its standard input is not for it
        System.setIn(InputStream.nullInputStream());
        var before = new Leftovers();
        // no line: the grader went away, or has no more work for us
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            @SuppressWarnings("unchecked")
            Map<String, String> job = json.unmarshal(line, Map.class);
            answer(job, in);
            String left = left(before);
            err.println(job.get("word") + " " + left);
            if (!left.equals(CLEAN)) {
                end(job);
            }
        }
    }

    private void answer(Map<String, String> job, BufferedReader in) throws IOException {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        URL classes = Path.of(job.getOrDefault("classes", "")).toUri().toURL();
        try (var loader = new AnswerLoader(classes)) {
            Thread.currentThread().setContextClassLoader(loader);
            Map<String, Object> result = conclude(job, loader);
            send(job, json.asJson(result));
            if (result.containsKey("component")) {
                serve(job, in);
            }
            System.err.flush();
            if (!job.containsKey("again")) {
                end(job);
            }
            component = new Component() {};
            ownKinds |= loader.hasKinds();
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    private String left(Leftovers before) {
        Thread.interrupted(); // the answer's business
        try {
            return ownKinds ? "a kind of its own" : before.find().orElse(CLEAN);
        } catch (InterruptedException e) {
            return "an interrupt";
        }
    }

    private static void end(Map<String, String> job) {
        if (job.containsKey("archive")) {
            System.exit(0); // the archive of loaded classes is written at an orderly end only
        }
        // not exit(): shutdown hooks and threads of the answer have no say any more
        Runtime.getRuntime().halt(0);
    }

    private synchronized void send(Map<String, String> job, String line) {
        pipe.println(job.get("word") + " " + line.replace("\n", " "));
        if (pipe.checkError()) {
            Runtime.getRuntime().halt(PIPE_CLOSED);
        }
    }

    /** A component is called until the grader closes the pipe, or says that this is the end. */
    private void serve(Map<String, String> job, BufferedReader in) throws IOException {
        String file = job.getOrDefault("file", "");
        var calls = new Pipe("component", line -> send(job, line), json, t -> frames(t, file), fault -> {});
        calls.export(Pipe.ROOT, kind(component), component);
        for (String line = in.readLine(); line != null && !line.equals(END); line = in.readLine()) {
            calls.receive(line);
        }
        // what its threads print when their calls fail now is not for the learner
        System.err.flush();
        err.println(job.get("word") + " " + END);
        calls.close(PipeFault.gone("the component was stopped"));
    }

    /** The interface of the course that a component implements, as in {@code PodScheduler}. */
    private static Class<?> kind(Component component) {
        for (Class<?> at = component.getClass(); at != null; at = at.getSuperclass()) {
            for (Class<?> type : at.getInterfaces()) {
                if (type != Component.class && Component.class.isAssignableFrom(type)) {
                    return type;
                }
            }
        }
        return Component.class;
    }

    private Map<String, Object> conclude(Map<String, String> job, ClassLoader loader) {
        Map<String, Object> result = new LinkedHashMap<>();
        String file = job.getOrDefault("file", "");
        try {
            Object exercise = load(job, loader);
            if (exercise instanceof Component found) {
                component = found;
                result.put("component", kind(found).getName());
                return result;
            }
            Object value = answer(exercise, job);
            result.put("ended", "returned");
            result.put("answer", value);
            // an answer that is no JSON, or too much of it, is the answer's fault, so find out here
            int length = json.asJson(result).length();
            if (length > LONGEST_RESULT) {
                result.clear();
                result.put("ended", "refused");
                result.put("message", "Its answer has " + length + " characters; it may have " + LONGEST_RESULT + ".");
            }
        } catch (OutOfMemoryError e) {
            throw e; // the JVM ends by its own flag; the grader knows that exit code
        } catch (Throwable t) {
            result.clear();
            result.put("ended", "threw");
            result.put("exception", t.getClass().getSimpleName());
            result.put("message", message(t));
            result.put("frames", frames(t, file));
            result.put("unreachable", isUnreachable(t));
        }
        return result;
    }

    private Object answer(Object exercise, Map<String, String> job) throws Exception {
        String namespace = job.getOrDefault("namespace", "default");
        Path config = Path.of(job.getOrDefault("kubeconfig", ""));
        if (!Files.exists(config)) {
            throw new IllegalArgumentException(
                    exercise.getClass().getSimpleName() + " must implement the interface that its starter has");
        }
        String kubeconfig = Files.readString(config);
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .withKubernetesSerialization(json)
                .build()) {
            if (exercise instanceof StateExercise state) {
                state.apply(client, namespace);
                return Map.of();
            } else if (exercise instanceof QuestionExercise<?> question) {
                Object value = question.answer(client, namespace);
                return value == null ? Map.of() : value;
            }
            throw new IllegalArgumentException(exercise.getClass().getSimpleName()
                    + " must implement the interface that its starter has (StateExercise, QuestionExercise, …)");
        }
    }

    private static Object load(Map<String, String> job, ClassLoader loader) throws ReflectiveOperationException {
        Constructor<?> constructor = loader.loadClass(job.get("class")).getDeclaredConstructor();
        constructor.setAccessible(true);
        try {
            return constructor.newInstance();
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw new IllegalStateException("its constructor failed", e.getCause());
        }
    }

    private static String message(Throwable t) {
        return brief(told(t));
    }

    /** The API server's own words where it refused something: the client's message around it holds URLs and dumps. */
    private static String told(Throwable t) {
        if (t instanceof KubernetesClientException e
                && e.getStatus() != null
                && e.getStatus().getMessage() != null) {
            String said = e.getStatus().getMessage();
            return "the API server answered " + e.getCode() + ": " + said
                    + (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN ? forbidden(said) : "");
        }
        String own = t.getMessage() == null ? "" : t.getMessage();
        return t.getCause() == null || t.getCause() == t
                ? own
                : own + " (caused by " + t.getCause().getClass().getSimpleName() + ": "
                        + t.getCause().getMessage() + ")";
    }

    /** Why: what an answer may do is the grader's choice, not the exercise's riddle. */
    private static String forbidden(String said) {
        if (said.contains("PodSecurity")) {
            return " (the namespace admits no Pod that reaches beyond itself to its node)";
        }
        Matcher verb = Pattern.compile("cannot (\\w+) resource \"([^\"]+)\"").matcher(said);
        if (!verb.find()) {
            return "";
        }
        return " (answers may not " + verb.group(1) + " " + verb.group(2)
                + (said.contains("at the cluster scope") ? " outside of their namespace)" : ")");
    }

    /** The server did not answer at all: no fault of the answer, which got its client from us. */
    private static boolean isUnreachable(Throwable t) {
        return t instanceof KubernetesClientException e
                && !(t instanceof KubernetesClientTimeoutException)
                && e.getStatus() == null
                && (e.getCause() instanceof IOException || e.getCause() instanceof TimeoutException);
    }

    /** Lines of the learner's own file, innermost first. */
    private static List<String> frames(Throwable t, String file) {
        List<String> frames = new ArrayList<>();
        for (Throwable at = t; at != null && frames.isEmpty(); at = at.getCause()) {
            for (StackTraceElement frame : at.getStackTrace()) {
                if (file.equals(frame.getFileName()) && frames.size() < 3) {
                    frames.add(file + ":" + frame.getLineNumber());
                }
            }
        }
        return frames;
    }

    /** Loads what every answer uses while the grader still compiles: half of a cold start is class loading. */
    private void warmUp() {
        Config nowhere = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:1")
                .build();
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(nowhere)
                .withKubernetesSerialization(json)
                .build()) {
            client.pods().inNamespace("default").resource(new PodBuilder().build());
            json.asJson(new PodBuilder()
                    .withNewMetadata()
                    .withName("warm")
                    .endMetadata()
                    .build());
            json.unmarshal("{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}");
        }
    }
}
