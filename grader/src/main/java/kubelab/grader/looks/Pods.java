package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Looks at a Pod's containers and says in words what each of them does. */
public final class Pods {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Pods() {}

    public static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    /** Each container's image, by the container's name; Docker Hub's own names are in their short form. */
    public static Map<String, String> images(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .collect(Collectors.toMap(
                        Container::getName,
                        c -> c.getImage().replaceFirst("^docker\\.io/(library/)?", ""),
                        (a, b) -> a,
                        TreeMap::new));
    }

    /** The Pod's containers run exactly these images. */
    public static Observation images(CheckContext run, String pod, Map<String, String> wanted) {
        Map<String, String> found = run.pod(pod).map(Pods::images).orElse(Map.of());
        return found.equals(wanted)
                ? Observation.holds("the images that were asked for")
                : Observation.never("the images " + new TreeMap<>(wanted), "the images " + found);
    }

    /**
     * The containers' volumes are all of these types, but for those that the cluster itself adds.
     *
     * @param types their keys in a manifest, such as {@code emptyDir}
     */
    public static Observation volumes(CheckContext run, String pod, String... types) {
        Set<String> found = run.pod(pod).stream()
                .flatMap(p -> p.getSpec().getVolumes().stream())
                .filter(v -> v.getProjected() == null)
                .flatMap(v -> keys(v).stream())
                .filter(key -> !key.equals("name"))
                .collect(Collectors.toCollection(TreeSet::new));
        return !found.isEmpty() && List.of(types).containsAll(found)
                ? Observation.holds("it came with the Pod, and goes with it")
                : Observation.never(
                        "a volume that lives as long as the Pod",
                        found.isEmpty() ? "no volume" : "a volume of the type " + String.join(", ", found));
    }

    private static Set<String> keys(Volume volume) {
        Map<?, ?> fields = SERIALIZATION.convertValue(volume, Map.class);
        return fields.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    public static int restarts(CheckContext run, String pod, String container) {
        return run.pod(pod).map(p -> CheckContext.restarts(p, container)).orElse(0);
    }

    /**
     * A container runs, and was not restarted since.
     *
     * @param restarts how often it had been before
     * @param what as in "to go on asking"
     */
    public static Observation lives(CheckContext run, String pod, String container, int restarts, String what) {
        boolean lives = run.pod(pod)
                .filter(p -> CheckContext.isRunning(p, container) && CheckContext.restarts(p, container) == restarts)
                .isPresent();
        return lives
                ? Observation.holds("it went on")
                : Observation.never("the " + container + " " + what, "it ended when an answer was an error");
    }

    /**
     * The Pod is as a manifest has it, but for one container's command, arguments and environment.
     *
     * @param manifests with the Pod among them
     */
    public static Observation differsOnly(CheckContext run, String pod, String manifests, String container) {
        Pod was = run.parse(manifests).stream()
                .filter(Pod.class::isInstance)
                .map(Pod.class::cast)
                .findFirst()
                .orElseThrow();
        Pod is = run.pod(pod).orElseThrow();
        Map<String, String> labels =
                Optional.ofNullable(is.getMetadata().getLabels()).orElse(Map.of());
        if (!labels.equals(was.getMetadata().getLabels())) {
            return Observation.never(
                    "the labels " + new TreeMap<>(was.getMetadata().getLabels()),
                    labels.isEmpty() ? "no labels" : "the labels " + new TreeMap<>(labels));
        } else if (!images(is).equals(images(was))) {
            return Observation.never("the images " + images(was), "the images " + images(is));
        } else if (!Optional.ofNullable(is.getSpec().getRestartPolicy())
                .orElse("Always")
                .equals(Optional.ofNullable(was.getSpec().getRestartPolicy()).orElse("Always"))) {
            return Observation.never(
                    "the Pod's restart policy as it was", is.getSpec().getRestartPolicy());
        } else if (!Objects.equals(
                is.getSpec().getActiveDeadlineSeconds(), was.getSpec().getActiveDeadlineSeconds())) {
            return Observation.never(
                    "a Pod without a deadline, as it was",
                    "activeDeadlineSeconds: " + is.getSpec().getActiveDeadlineSeconds());
        }
        List<String> changed = was.getSpec().getContainers().stream()
                .filter(c -> !c.getName().equals(container))
                .filter(c -> !program(c).equals(program(named(is, c.getName()))))
                .map(Container::getName)
                .toList();
        return changed.isEmpty()
                ? Observation.holds("a repair, not a rewrite")
                : Observation.never(
                        "another program in " + container + " only", "another one in " + String.join(", ", changed));
    }

    private static Container named(Pod pod, String name) {
        return pod.getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String program(Container container) {
        return container.getCommand() + " " + container.getArgs() + " " + container.getEnv();
    }

    /** A container of it, also an init container, has ended with an exit code other than 0. */
    public static boolean hasFailed(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .flatMap(c -> Stream.of(Optional.ofNullable(c.getState()), Optional.ofNullable(c.getLastState())))
                .flatMap(Optional::stream)
                .anyMatch(s -> s.getTerminated() != null && s.getTerminated().getExitCode() != 0);
    }

    public static boolean isIn(Pod pod, String phase) {
        return pod.getStatus() != null && phase.equals(pod.getStatus().getPhase());
    }

    /** The logs of all its containers, init containers first. */
    public static String logs(CheckContext run, Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(c -> run.log(name(pod), c.getName()))
                .collect(Collectors.joining("\n"));
    }

    /**
     * A GET to the Pod's port is answered with a text that has this in it.
     *
     * @param what as in "nginx's page"
     */
    public static Observation answers(CheckContext run, String pod, int port, String path, String part, String what) {
        Optional<String> got = run.get(pod, port, path);
        return got.filter(text -> text.contains(part)).isPresent()
                ? Observation.holds("it answers")
                : Observation.notYet(
                        what + " from port " + port + " of " + pod,
                        got.isPresent() ? "something else answers" : "nothing answers");
    }

    /** The Pod has exactly these containers, and all run. */
    public static Observation allRun(CheckContext run, String pod, String... containers) {
        String expected =
                "the Pod " + pod + " with the containers " + String.join(" and ", containers) + ", all running";
        Optional<Pod> found = run.pod(pod);
        if (found.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod " + pod + others(run));
        }
        List<String> names = found.get().getSpec().getContainers().stream()
                .map(c -> c.getName())
                .toList();
        if (!names.containsAll(Arrays.asList(containers)) || names.size() != containers.length) {
            return Observation.notYet(
                    expected, "its containers: " + String.join(", ", names) + inits(found.get(), containers));
        }
        boolean all = Arrays.stream(containers).allMatch(c -> CheckContext.isRunning(found.get(), c));
        return all
                ? Observation.holds("both containers run in one Pod", ids(found.get()))
                : Observation.notYet(expected, describe(found.get(), containers) + warning(run, found.get()));
    }

    /** Why none of its containers begins, by the word that kubectl describe has for it; empty where another reason shows. */
    private static String warning(CheckContext run, Pod pod) {
        if (pod.getStatus().getContainerStatuses().stream()
                .anyMatch(c -> c.getState() == null || c.getState().getWaiting() == null)) {
            return "";
        }
        return run.client().v1().events().inNamespace(run.namespace()).list().getItems().stream()
                .filter(e -> name(pod).equals(e.getInvolvedObject().getName()))
                .map(Event::getReason)
                .filter(List.of("FailedMount", "FailedAttachVolume", "FailedScheduling")::contains)
                .findFirst()
                .map(reason -> "; kubectl describe warns: " + reason)
                .orElse("");
    }

    /**
     * A Pod runs this container from this image. An init container is waited for as long as it runs.
     *
     * @param where Pod and container, as in {@code shop/main}
     * @param image as the task names it
     */
    public static Observation runsFrom(CheckContext run, String where, String image) {
        String pod = pod(where);
        String container = container(where);
        String expected = "the Pod " + pod + " with the running container " + container + " of the image " + image;
        Optional<Pod> found = run.pod(pod);
        if (found.isEmpty()) {
            return Observation.notYet(expected, "there is no Pod " + pod + others(run));
        }
        boolean other = found.get().getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(container))
                .anyMatch(c -> !c.getImage().equals(image) && !c.getImage().endsWith("/" + image));
        if (other) {
            return Observation.never(expected, "its container " + container + " is of a different image");
        }
        if (initializing(found.get()).anyMatch(c -> c.getState().getRunning() != null)) {
            run.touched(); // it is on its way
        }
        return CheckContext.isRunning(found.get(), container)
                ? Observation.holds("it runs")
                : Observation.notYet(expected, describe(found.get(), container));
    }

    /**
     * A container has printed one of these names twice or more, wherever in a line; once would prove one request only.
     *
     * @param where Pod and container, as in {@code shop/main}
     * @param what as in "answers of our own stock"
     */
    public static Observation prints(CheckContext run, String where, Collection<String> names, String what) {
        long times = printed(run, where, names);
        return times >= 2
                ? Observation.holds("it answers")
                : Observation.notYet(
                        what + " in the log, one more every second",
                        times == 0 ? "there is none" : "there was one, and no more");
    }

    /** How often these names are in what a container printed, wherever in a line. */
    public static long printed(CheckContext run, String where, Collection<String> names) {
        String log = run.log(pod(where), container(where));
        return names.stream()
                .mapToLong(name -> Pattern.compile(Pattern.quote(name))
                        .matcher(log)
                        .results()
                        .count())
                .sum();
    }

    private static String pod(String where) {
        return where.substring(0, where.indexOf('/'));
    }

    private static String container(String where) {
        return where.substring(where.indexOf('/') + 1);
    }

    private static String ids(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(ContainerStatus::getContainerID)
                .collect(Collectors.joining(" "));
    }

    private static String inits(Pod pod, String... wanted) {
        return pod.getSpec().getInitContainers().stream()
                .filter(c -> Arrays.asList(wanted).contains(c.getName()))
                .findFirst()
                .map(c -> "; " + c.getName()
                        + (isSidecar(c)
                                ? " is an init container that goes on running (a sidecar), and is wanted as a container"
                                : " is an init container, which must end before the others start"))
                .orElse("");
    }

    /** The init containers that have not ended yet, without those that go on running beside the others. */
    private static Stream<ContainerStatus> initializing(Pod pod) {
        Set<String> sidecars = pod.getSpec().getInitContainers().stream()
                .filter(Pods::isSidecar)
                .map(Container::getName)
                .collect(Collectors.toSet());
        return pod.getStatus() == null
                ? Stream.of()
                : pod.getStatus().getInitContainerStatuses().stream()
                        .filter(c -> c.getState() != null && c.getState().getTerminated() == null)
                        .filter(c -> !sidecars.contains(c.getName()));
    }

    private static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    /** One clause a container, as in {@code web runs, stats waits (CrashLoopBackOff)}. */
    public static String describe(Pod pod, String... containers) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        Optional<ContainerStatus> blocking = initializing(pod).findFirst();
        if (blocking.isPresent()) {
            return "the Pod still waits for its init container "
                    + blocking.get().getName() + " to end";
        }
        String each = Arrays.stream(containers)
                .map(c ->
                        CheckContext.status(pod, c).map(s -> c + " " + does(s)).orElse(c + " has not been started"))
                .collect(Collectors.joining(", "));
        return "Pending".equals(phase) && pod.getStatus().getContainerStatuses().isEmpty()
                ? "the Pod is Pending: no container has been started"
                : each;
    }

    private static String does(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null) {
            return "has not been started";
        } else if (state.getRunning() != null) {
            return "runs";
        } else if (state.getTerminated() != null) {
            // between a crash and the next start a container is either of these, as chance has it
            return restartedAgain(status)
                    ? crashed(status)
                    : "has ended with exit code " + state.getTerminated().getExitCode();
        }
        String reason = state.getWaiting() == null ? "" : state.getWaiting().getReason();
        return "CrashLoopBackOff".equals(reason) ? crashed(status) : "waits (" + reason + ")";
    }

    private static boolean restartedAgain(ContainerStatus status) {
        return status.getRestartCount() != null && status.getRestartCount() > 0;
    }

    private static String crashed(ContainerStatus status) {
        return "ends again and again";
    }

    private static String others(CheckContext run) {
        String names =
                run.pods().stream().map(p -> p.getMetadata().getName()).sorted().collect(Collectors.joining(", "));
        return names.isEmpty() ? ", and no other Pod either" : "; there is " + names;
    }
}
