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
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.logging.LogManager;
import kubelab.labkit.QuestionExercise;
import kubelab.labkit.StateExercise;

/**
 * Runs one answer once, then ends. In: one line of JSON, a {@code job}. Out: one line, the job's word followed by JSON.
 *
 * <p>Stdout is the pipe to the grader, so whatever the answer prints goes to stderr; the word, which comes with the
 * job, tells the result from a line that found its way to stdout all the same.
 */
public final class AnswerProcess {
    /** The first line on the pipe. A process that ends before it has nothing to do with the answer. */
    public static final String READY = "ready";

    private final PrintStream pipe;
    private final KubernetesSerialization json = new KubernetesSerialization();

    private AnswerProcess(PrintStream pipe) {
        this.pipe = pipe;
    }

    public static void main(String[] args) throws IOException {
        var pipe = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        // what the answer prints is shown to the learner; the client's log is not the answer's
        LogManager.getLogManager().reset();
        new AnswerProcess(pipe).run();
    }

    private void run() throws IOException {
        // a grader that was killed cannot end us any more
        ProcessHandle.current().parent().ifPresent(grader -> grader.onExit()
                .thenRun(() -> Runtime.getRuntime().halt(1)));
        warmUp();
        pipe.println(READY);
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            return; // the grader went away before it had work for us
        }
        @SuppressWarnings("unchecked")
        Map<String, String> job = json.unmarshal(line, Map.class);
        Map<String, Object> result = conclude(job);
        pipe.println(job.get("word") + " " + json.asJson(result).replace("\n", " "));
        System.err.flush();
        if (job.containsKey("archive")) {
            System.exit(0); // the archive of loaded classes is written at an orderly end only
        }
        // not exit(): shutdown hooks and threads of the answer have no say any more
        Runtime.getRuntime().halt(0);
    }

    private Map<String, Object> conclude(Map<String, String> job) {
        Map<String, Object> result = new LinkedHashMap<>();
        String file = job.getOrDefault("file", "");
        try {
            Object value = answer(job);
            result.put("ended", "returned");
            result.put("answer", value);
            json.asJson(result); // an answer that is no JSON is the answer's fault, so find out here
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

    private Object answer(Map<String, String> job) throws Exception {
        String namespace = job.getOrDefault("namespace", "default");
        Object exercise = load(job);
        String kubeconfig = Files.readString(Path.of(job.getOrDefault("kubeconfig", "")));
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            if (exercise instanceof StateExercise state) {
                state.apply(client, namespace);
                return Map.of();
            } else if (exercise instanceof QuestionExercise<?> question) {
                Object value = question.answer(client, namespace);
                return value == null ? Map.of() : value;
            }
            throw new IllegalArgumentException(exercise.getClass().getSimpleName()
                    + " must implement StateExercise or QuestionExercise, as its starter does");
        }
    }

    private static Object load(Map<String, String> job) throws ReflectiveOperationException, MalformedURLException {
        URL classes = Path.of(job.getOrDefault("classes", "")).toUri().toURL();
        var loader = new URLClassLoader(new URL[] {classes}, AnswerProcess.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        Constructor<?> constructor = loader.loadClass(job.get("class")).getDeclaredConstructor();
        constructor.setAccessible(true);
        try {
            return constructor.newInstance();
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw new IllegalStateException("its constructor failed", e.getCause());
        }
    }

    /** The API server's own words where it refused something: the client's message around it holds URLs and dumps. */
    private static String message(Throwable t) {
        if (t instanceof KubernetesClientException e
                && e.getStatus() != null
                && e.getStatus().getMessage() != null) {
            return "the API server answered " + e.getCode() + ": "
                    + e.getStatus().getMessage();
        }
        String own = t.getMessage() == null ? "" : t.getMessage();
        return t.getCause() == null || t.getCause() == t
                ? own
                : own + " (caused by " + t.getCause().getClass().getSimpleName() + ": "
                        + t.getCause().getMessage() + ")";
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
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(nowhere).build()) {
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
