package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/**
 * Pods that are there before the answer and are to stay. The namespace keeps in mind which they are: the answer cannot
 * change it, and a look may come in another process than the preparation.
 */
public final class Originals {
    private static final String UIDS = "lab.kubelab.dev/originals";

    private Originals() {}

    /** For {@code prepare}: all Pods that are there now. */
    public static void remember(CheckContext run) {
        String uids = run.pods().stream().map(p -> p.getMetadata().getUid()).collect(Collectors.joining(","));
        run.client().namespaces().withName(run.namespace()).edit(n -> new NamespaceBuilder(n)
                .editMetadata()
                .addToAnnotations(UIDS, uids)
                .endMetadata()
                .build());
    }

    /** They are there, the same ones, and have these labels still. */
    public static Observation untouched(CheckContext run, Map<String, String> labels) {
        List<String> uids = Stream.of(run.client()
                        .namespaces()
                        .withName(run.namespace())
                        .require()
                        .getMetadata()
                        .getAnnotations()
                        .getOrDefault(UIDS, "")
                        .split(","))
                .filter(uid -> !uid.isEmpty())
                .toList();
        String expected =
                "the old Pods as they were: not deleted, and with the label " + String.join(" and ", text(labels));
        return Observation.each(uids, uid -> untouched(run, uid, labels, expected), "they are as they were");
    }

    private static List<String> text(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .sorted()
                .toList();
    }

    private static Observation untouched(CheckContext run, String uid, Map<String, String> labels, String expected) {
        Optional<Pod> pod = run.pods().stream()
                .filter(p -> p.getMetadata().getUid().equals(uid))
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .findFirst();
        if (pod.isEmpty()) {
            return Observation.never(expected, "one of them is gone");
        }
        Map<String, String> found =
                Optional.ofNullable(pod.get().getMetadata().getLabels()).orElse(Map.of());
        return found.entrySet().containsAll(labels.entrySet())
                ? Observation.holds("as it was")
                : Observation.never(expected, "one of them has lost a label");
    }
}
