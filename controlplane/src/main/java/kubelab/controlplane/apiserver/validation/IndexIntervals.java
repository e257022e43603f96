package kubelab.controlplane.apiserver.validation;

import org.jspecify.annotations.Nullable;

/** Indexes written as {@code 0,2-4}. Source: k8s.io/kubernetes/pkg/apis/batch/validation (1.34). */
final class IndexIntervals {
    private IndexIntervals() {}

    /**
     * @param completions one more than the highest index there is
     * @return how many indexes the text names
     * @throws IllegalArgumentException when it is no such text, in upstream's words
     */
    static long count(String text, long completions) {
        if (text.isEmpty()) {
            return 0;
        }
        long total = 0;
        @Nullable Long last = null;
        for (String interval : text.split(",", -1)) {
            String[] limits = interval.split("-", -1);
            if (limits.length > 2) {
                throw new IllegalArgumentException("the fragment \"" + interval
                        + "\" violates the requirement that an index interval can have at most two parts separated by"
                        + " '-'");
            }
            long first = index(limits[0], completions);
            long end = first;
            if (limits.length > 1) {
                end = index(limits[1], completions);
                increasing(first, end);
            }
            if (last != null) {
                increasing(last, first);
            }
            total += end - first + 1;
            last = end;
        }
        return total;
    }

    private static void increasing(long previous, long current) {
        if (previous >= current) {
            throw new IllegalArgumentException("non-increasing order, previous: " + previous + ", current: " + current);
        }
    }

    private static long index(String text, long completions) {
        long index;
        try {
            index = Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException(
                    "cannot convert string to integer for index: \"" + text + "\"", noNumber);
        }
        if (index >= completions) {
            throw new IllegalArgumentException("too large index: \"" + text + "\"");
        }
        return index;
    }
}
