package kubelab.grader.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kubelab.labkit.worker.PipeFault;

/**
 * Whose fault it is that a criterion could not be tried. The answer's, where its component failed, where it took away its
 * namespace, or something that it was given there; the grader's or the cluster's otherwise.
 */
final class Blame {
    private final CheckContext run;
    /** ConfigMaps that were there before the answer ran. */
    private final Set<String> given;

    private Blame(CheckContext run, Set<String> given) {
        this.run = run;
        this.given = given;
    }

    /** @param given names of the ConfigMaps that the exercise put there for the answer to read */
    static Blame of(CheckContext run, Set<String> given) {
        return new Blame(run, given);
    }

    /** What the answer did, in words; empty where it did nothing of the kind. */
    Optional<String> answer(RuntimeException why) {
        for (Throwable at = why; at != null; at = at.getCause()) {
            if (at instanceof PipeFault fault) {
                return Optional.of(words(fault));
            }
        }
        if (run.componentFault().isPresent()) {
            return Optional.of("the component had failed before");
        }
        try {
            return damage(why);
        } catch (KubernetesClientException unknown) {
            return Optional.empty(); // the cluster does not answer: no fault of the answer's
        }
    }

    private static String words(PipeFault fault) {
        return switch (fault.kind()) {
            case THREW -> fault.method() + " threw " + fault.exception() + ": " + fault.getMessage();
            case HUNG ->
                fault.method() + " did not return within " + fault.limit().toSeconds() + " s";
            case GONE -> String.valueOf(fault.getMessage());
        };
    }

    private Optional<String> damage(RuntimeException why) {
        Namespace namespace =
                run.client().namespaces().withName(run.namespace()).get();
        if (namespace == null || namespace.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of("the namespace is gone: the answer, or you by hand, deleted it");
        }
        Set<String> missing = new TreeSet<>(given);
        missing.removeAll(ConfigMaps.names(run));
        if (!missing.isEmpty()) {
            return Optional.of(
                    "the ConfigMap " + missing.iterator().next() + " is gone, which the exercise starts from");
        }
        if (why instanceof ResourceNotFoundException) {
            return Optional.of("what the exercise starts from is gone: " + why.getMessage());
        }
        if (why instanceof KubernetesClientException e
                && e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                && e.getStatus() != null
                && e.getStatus().getDetails() != null) {
            StatusDetails missed = e.getStatus().getDetails();
            return Optional.of(missed.getKind() + "/" + missed.getName() + " is gone, which the exercise starts from");
        }
        return Optional.empty();
    }
}
