package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One rule that a node must meet to run a Pod at all. */
public interface Filter {

    /** The plugin's name upstream, e.g. {@code NodeResourcesFit}. */
    String name();

    /** The only nodes that come into question, if the Pod names them; the others are not even looked at. */
    default Optional<Set<String>> onlyNodes(Pod pod) {
        return Optional.empty();
    }

    /**
     * Looks at the Pod and the whole cluster once, so that the check of each node is cheap.
     *
     * @throws Unschedulable no node can ever do, whatever its state
     */
    Check prepare(Pod pod, List<NodeInfo> nodes);

    /** The rule, for one Pod. */
    interface Check {
        Verdict of(NodeInfo node);
    }

    /**
     * Whether a node will do.
     *
     * @param reasons why not, in upstream's words; empty when it will do
     * @param preemptionMayHelp the node would do if Pods went away
     */
    record Verdict(List<String> reasons, boolean preemptionMayHelp) {
        private static final Verdict OK = new Verdict(List.of(), false);

        public Verdict {
            reasons = List.copyOf(reasons);
        }

        public static Verdict ok() {
            return OK;
        }

        /** Not now: Pods stand in the way. */
        public static Verdict occupied(String... reasons) {
            return new Verdict(List.of(reasons), true);
        }

        /** Not this node, whoever leaves it. */
        public static Verdict unfit(String reason) {
            return new Verdict(List.of(reason), false);
        }

        public boolean isOk() {
            return reasons.isEmpty();
        }
    }

    /** The Pod cannot be scheduled anywhere, for a reason that is its own. */
    final class Unschedulable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String by;

        public Unschedulable(String reason) {
            this(reason, "");
        }

        private Unschedulable(String reason, String by) {
            super(reason);
            this.by = by;
        }

        Unschedulable of(String filter) {
            return new Unschedulable(String.valueOf(getMessage()), filter);
        }

        /** The filter's name. */
        String by() {
            return by;
        }
    }
}
