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
        // TODO introduction-5: which of the items count? How many are missing, or too many?
        return writes;
    }
}
