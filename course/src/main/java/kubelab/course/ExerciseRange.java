package kubelab.course;

import java.util.ArrayList;
import java.util.List;

/** Many ids in few words: {@code pods-1 to pods-5, scheduler-2}. */
public final class ExerciseRange {
    private ExerciseRange() {}

    /** @param ids such as {@code pods-1}, in the order in which they are to be named */
    public static String of(List<String> ids) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (from < ids.size()) {
            int to = from;
            while (to + 1 < ids.size()
                    && ids.get(to + 1).equals(ExerciseId.of(ids.get(to)).next().toString())) {
                to++;
            }
            if (to - from > 1) {
                parts.add(ids.get(from) + " to " + ids.get(to));
            } else {
                parts.addAll(ids.subList(from, to + 1));
            }
            from = to + 1;
        }
        return String.join(", ", parts);
    }
}
