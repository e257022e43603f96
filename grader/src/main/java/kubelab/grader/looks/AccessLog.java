package kubelab.grader.looks;

import java.util.regex.Pattern;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Who has asked an nginx, by its own log: a line a request, which begins with the address that it came from. */
public final class AccessLog {
    private static final Pattern LOCAL = Pattern.compile("(?m)^(127\\.0\\.0\\.1|::1) .*\"GET ");

    private AccessLog() {}

    /**
     * Who was seen to get its pages gets them over localhost: at the Pod's address it would be asked from there.
     *
     * @param gets what was seen of the one who asks
     */
    public static Observation localToo(CheckContext run, String pod, String container, Observation gets) {
        return gets instanceof Observation.Holds
                        && !LOCAL.matcher(run.log(pod, container)).find()
                ? Observation.never(
                        "requests from localhost in the log of " + container, "they come from another address")
                : gets;
    }
}
