package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.ApiException.Cause;

/**
 * What a part of a schema found wrong, and how many checks a value passed on the way: of several alternatives the one that
 * came furthest is reported.
 */
final class Findings {
    private final Set<Cause> causes = new LinkedHashSet<>();
    private int matched;

    void add(String reason, String message, String path) {
        causes.add(new Cause(reason, message, path));
    }

    void matched() {
        matched++;
    }

    boolean isEmpty() {
        return causes.isEmpty();
    }

    int matches() {
        return matched;
    }

    void merge(Findings other) {
        causes.addAll(other.causes);
        matched += other.matched;
    }

    List<Cause> causes() {
        return new ArrayList<>(causes);
    }
}
