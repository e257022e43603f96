package kubelab.grader;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which answers a run grades where grading all is too dear: {@code -Dkubelab.sample=4} takes every fourth, another
 * quarter for each {@code -Dkubelab.sample.seed} (a commit), and those of {@code -Dkubelab.sample.touched}, ids or chapters
 * with commas: all of these if they are at most {@code -Dkubelab.sample.most}, else so many of them, chosen by the seed.
 * Solutions that nothing touched are left to {@code kubelab check}, which grades each of them once in the same CI run.
 *
 * @param of 1 takes everything
 * @param most how many answers to touched exercises a run has time for
 */
record Sample(int of, String seed, List<String> touched, int most) {
    Sample {
        if (of < 1) {
            throw new IllegalArgumentException("kubelab.sample must be 1 or more, not " + of);
        }
        touched = List.copyOf(touched);
    }

    static Sample everything() {
        return new Sample(1, "", List.of(), Integer.MAX_VALUE);
    }

    static Sample ofProperties() {
        return new Sample(
                Integer.getInteger("kubelab.sample", 1),
                System.getProperty("kubelab.sample.seed", ""),
                Arrays.stream(System.getProperty("kubelab.sample.touched", "").split(","))
                        .filter(id -> !id.isBlank())
                        .toList(),
                Integer.getInteger("kubelab.sample.most", Integer.MAX_VALUE));
    }

    /**
     * The part of all answers that is to be graded, in their order.
     *
     * @param exercise the id of an answer's exercise
     * @param answer its name
     */
    <T> List<T> of(List<T> all, Function<T, String> exercise, Function<T, String> answer) {
        if (of == 1) {
            return all;
        }
        Function<T, Integer> chance = one -> chance(exercise.apply(one), answer.apply(one));
        Set<T> chosen = all.stream()
                .filter(one -> isTouched(exercise.apply(one)))
                .sorted(Comparator.comparing(chance))
                .limit(most)
                .collect(Collectors.toSet());
        return all.stream()
                .filter(one -> isTouched(exercise.apply(one))
                        ? chosen.contains(one)
                        : !answer.apply(one).equals("solution") && Math.floorMod(chance.apply(one), of) == 0)
                .toList();
    }

    private boolean isTouched(String exercise) {
        return touched.stream().anyMatch(id -> exercise.equals(id) || exercise.startsWith(id + "-"));
    }

    /** Mixed: texts that differ in their last letter only have hash codes that are neighbours. */
    private int chance(String exercise, String answer) {
        return new SplittableRandom((seed + " " + exercise + " " + answer).hashCode()).nextInt();
    }
}
