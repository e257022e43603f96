package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** One preference between nodes that all could run a Pod. */
public interface Score {
    /** The best mark. */
    long MAX = 100;

    /** How much this preference counts among the others, as upstream's default profile has it. */
    int weight();

    /** Marks for {@code candidates}, in their order, each from 0 to {@link #MAX}. */
    long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all);

    /** Stretches marks so that the highest becomes {@link #MAX}; {@code reverse} turns best and worst round. */
    static long[] normalise(long[] marks, boolean reverse) {
        long highest = 0;
        for (long mark : marks) {
            highest = Math.max(highest, mark);
        }
        for (int i = 0; i < marks.length; i++) {
            long stretched = highest == 0 ? 0 : marks[i] * MAX / highest;
            marks[i] = reverse ? MAX - stretched : stretched;
        }
        return marks;
    }
}
