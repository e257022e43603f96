package kubelab.controlplane.controllermanager.job;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** The numbers of an Indexed Job's Pods: {@code 0,2-4} and back. */
final class Indexes {
    static final String LABEL = "batch.kubernetes.io/job-completion-index";

    private Indexes() {}

    static OptionalInt of(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(LABEL);
        try {
            return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException notANumber) {
            return OptionalInt.empty();
        }
    }

    static SortedSet<Integer> parse(@org.jspecify.annotations.Nullable String text) {
        SortedSet<Integer> indexes = new TreeSet<>();
        if (text == null || text.isEmpty()) {
            return indexes;
        }
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            for (int i = first; i <= last; i++) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    /** Runs of three and more are written as a range; upstream writes two as a range only when they are last. */
    static String format(SortedSet<Integer> indexes) {
        List<String> parts = new ArrayList<>();
        int first = -1;
        int last = -2;
        for (int index : indexes) {
            if (index != last + 1) {
                add(parts, first, last);
                first = index;
            }
            last = index;
        }
        add(parts, first, last);
        return String.join(",", parts);
    }

    private static void add(List<String> parts, int first, int last) {
        if (last < 0) {
            return;
        }
        if (first == last) {
            parts.add(Integer.toString(first));
        } else {
            parts.add(first + (last == first + 1 ? "," : "-") + last);
        }
    }
}
