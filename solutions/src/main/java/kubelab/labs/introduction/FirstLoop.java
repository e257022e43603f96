package kubelab.labs.introduction;

import java.util.ArrayList;
import java.util.List;
import kubelab.labkit.Reconciler;

/**
 * introduction-5: keeps a number of objects.
 *
 * <p>Desired has {@code replicas()} and {@code selector()}, which is a map of labels. An Item has {@code name()}, {@code
 * labels()} and {@code deleting()}. A Write is made with {@code Write.create()} or {@code Write.delete(name)}.
 */
public class FirstLoop implements Reconciler {
    @Override
    public List<Write> reconcile(Desired desired, List<Item> items) {
        List<Write> writes = new ArrayList<>();
        // tag::solution[] own
        // starter: // TODO introduction-5: which of the items count? How many are missing, or too many?
        List<Item> own = items.stream()
                .filter(item ->
                        item.labels().entrySet().containsAll(desired.selector().entrySet()))
                .filter(item -> !item.deleting())
                .toList();
        for (int i = own.size(); i < desired.replicas(); i++) {
            writes.add(Write.create());
        }
        for (int i = desired.replicas(); i < own.size(); i++) {
            writes.add(Write.delete(own.get(i).name()));
        }
        // end::solution[]
        return writes;
    }
}
