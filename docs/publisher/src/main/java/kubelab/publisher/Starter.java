package kubelab.publisher;

import kubelab.course.SolutionSource;

/** What {@code kubelab reset} puts back: the starter that the publisher makes of a solution. */
public final class Starter {
    private Starter() {}

    /**
     * @param file the solution's path, for messages
     * @param solution the solution's text
     * @param exerciseId as in {@code pods-2}
     */
    public static String of(String file, String solution, String exerciseId) {
        return new SolutionSource(file, solution).starter(exerciseId);
    }
}
