package kubelab.grader.looks;

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

    /** Writing is refused, whatever for. */
    public static Observation refusesWrite(CheckContext run, String pod, String container, String path) {
        return run.exec(pod, container, "touch", path).ok()
                ? Observation.never(
                        "touch in " + path.replaceFirst("/[^/]*$", "") + " of the " + container
                                + " to be refused (Read-only file system)",
                        "the " + container + " could write into the volume")
                : Observation.holds("writing is refused");
    }
}
