package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.HasMetadata;
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
 * Pods and other objects that are there before the answer and are to stay. The namespace keeps in mind which they are: the answer cannot
 * change it, and a look may come in another process than the preparation.
 */
public final class Originals {
    private static final String UIDS = "lab.kubelab.dev/originals";
    private static final String OBJECTS = "lab.kubelab.dev/original-objects";

    private Originals() {}

    /** For {@code prepare}: all Pods that are there now. */
    public static void remember(CheckContext run) {
        keep(run, UIDS, run.pods().stream().map(p -> p.getMetadata().getUid()));
    }

    /** For {@code prepare}: the ConfigMaps, Services and Deployments that are there now. */
    public static void rememberObjects(CheckContext run) {
        keep(run, OBJECTS, objects(run).map(Originals::identity));
    }

    private static void keep(CheckContext run, String annotation, Stream<String> words) {
        String text = words.collect(Collectors.joining(","));
        run.client().namespaces().withName(run.namespace()).edit(n -> new NamespaceBuilder(n)
                .editMetadata()
                .addToAnnotations(annotation, text)
                .endMetadata()
                .build());
    }

    private static List<String> kept(CheckContext run, String annotation) {
        return Stream.of(run.client()
                        .namespaces()
                        .withName(run.namespace())
                        .require()
                        .getMetadata()
                        .getAnnotations()
                        .getOrDefault(annotation, "")
                        .split(","))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Stream<HasMetadata> objects(CheckContext run) {
        var client = run.client();
        String namespace = run.namespace();
        return Stream.<List<? extends HasMetadata>>of(
                        client.configMaps().inNamespace(namespace).list().getItems(),
                        client.services().inNamespace(namespace).list().getItems(),
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .<HasMetadata>flatMap(List::stream);
    }

    private static String identity(HasMetadata object) {
        return name(object) + "=" + object.getMetadata().getUid();
    }

    /** None of the objects was deleted and made again; one that is only gone is a different matter. */
    public static Observation sameObjects(CheckContext run) {
        List<String> before = kept(run, OBJECTS);
        return objects(run)
                .filter(o -> before.stream().anyMatch(b -> b.startsWith(name(o) + "=")))
                .filter(o -> !before.contains(identity(o)))
                .findFirst()
                .map(o -> Observation.never("the objects that were there before", name(o) + " is a new object"))
                .orElseGet(() -> Observation.holds("the same objects"));
    }

    private static String name(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }

    /** They are there, the same ones, and have these labels still. */
    public static Observation untouched(CheckContext run, Map<String, String> labels) {
        List<String> uids = kept(run, UIDS);
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
