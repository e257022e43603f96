package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Commands and files inside a container. */
public final class Files {
    private Files() {}

    /** An act: a line for {@code sh}, executed in a container. */
    public static void sh(CheckContext run, String pod, String container, String line) {
        run.exec(pod, container, "sh", "-c", line);
        run.touched();
    }

    /** {@code cat} shows this text and nothing else. */
    public static Observation shows(
            CheckContext run, String pod, String container, String path, String text, String expected) {
        CheckContext.Executed read = run.exec(pod, container, "cat", path);
        return read.out().strip().equals(text)
                ? Observation.holds("one volume, two mounts")
                : Observation.notYet(expected, "cat in the " + container + " ended with exit code " + read.exit());
    }

    /** Writing into a volume is refused, whatever for, at each place where the container has that volume. */
    public static Observation refusesWrite(
            CheckContext run, String pod, String container, String mountPath, String file) {
        List<VolumeMount> mounts = run.pod(pod).stream()
                .flatMap(p -> p.getSpec().getContainers().stream())
                .filter(c -> c.getName().equals(container))
                .flatMap(c -> c.getVolumeMounts().stream())
                .toList();
        String volume = mounts.stream()
                .filter(m -> m.getMountPath().replaceFirst("/$", "").equals(mountPath))
                .map(VolumeMount::getName)
                .findFirst()
                .orElse("");
        return Stream.concat(
                        Stream.of(mountPath),
                        mounts.stream().filter(m -> m.getName().equals(volume)).map(m -> m.getMountPath()
                                .replaceFirst("/$", "")))
                .filter(path ->
                        run.exec(pod, container, "touch", path + "/" + file).ok())
                .findFirst()
                .map(path -> Observation.never(
                        "touch in " + path + " of the " + container + " to be refused (Read-only file system)",
                        "the " + container + " could write into the volume"))
                .orElseGet(() -> Observation.holds("writing is refused"));
    }
}
