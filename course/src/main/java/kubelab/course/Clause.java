package kubelab.course;

/**
 * One thing that a task asks for, or one freedom that it leaves. Each clause has a wrong answer that breaks only it, where
 * one can (see {@link BrokenClauses}), each
 * freedom a right answer that uses it.
 *
 * @param id unique within the exercise
 */
public record Clause(String id, String words) {}
