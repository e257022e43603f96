package kubelab.grader;

import java.util.Arrays;
import java.util.List;

/**
 * Which answers a run grades where grading all is too dear: {@code -Dkubelab.sample=4} takes every fourth, another
 * quarter for each {@code -Dkubelab.sample.seed} (a commit), and all of {@code -Dkubelab.sample.touched}, ids or chapters
 * with commas. Solutions are left to {@code kubelab check}, which grades each of them once in the same CI run.
 *
 * @param of 1 takes everything
 */
record Sample(int of, String seed, List<String> touched) {
    Sample {
        if (of < 1) {
            throw new IllegalArgumentException("kubelab.sample must be 1 or more, not " + of);
        }
        touched = List.copyOf(touched);
    }

    static Sample ofProperties() {
        return new Sample(
                Integer.getInteger("kubelab.sample", 1),
                System.getProperty("kubelab.sample.seed", ""),
                Arrays.stream(System.getProperty("kubelab.sample.touched", "").split(","))
                        .filter(id -> !id.isBlank())
                        .toList());
    }

    boolean takes(String exercise, String answer) {
        if (of == 1 || touched.stream().anyMatch(id -> exercise.equals(id) || exercise.startsWith(id + "-"))) {
            return true;
        }
        return !answer.equals("solution") && Math.floorMod((seed + " " + exercise + " " + answer).hashCode(), of) == 0;
    }
}
