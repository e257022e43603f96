package kubelab.publisher;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files of a new exercise, each with TODOs: metadata, solution, check, and a first wrong answer. What is left to write
 * by hand is one line in the chapter, and {@code author check} asks for it.
 */
final class Skeleton {
    private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z0-9]+)*");

    private Skeleton() {}

    /**
     * @param topic of a chapter that exists
     * @param name words with dashes
     * @return path below the root → content
     */
    static Map<String, String> of(Sources sources, String topic, String name) {
        if (sources.chapters().stream().noneMatch(c -> c.topic().equals(topic)))
            throw new PublishException("no chapter on " + topic + "; there is: "
                    + sources.chapters().stream().map(Sources.Chapter::topic).collect(Collectors.joining(", ")));
        if (!NAME.matcher(name).matches())
            throw new PublishException(name + ": a name is made of small letters and dashes, such as shared-volume");
        int number = 1
                + (int) sources.exercises().values().stream()
                        .filter(e -> e.topic().equals(topic))
                        .count();
        String id = topic + "-" + number;
        String simple = Arrays.stream(name.split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
        String folder = topic.replace("-", "");
        String title = name.replace('-', ' ');
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "solutions/src/main/resources/kubelab/labs/" + folder + "/" + id + ".yaml",
                metadata(id, folder, simple, title));
        files.put(
                "solutions/src/main/java/kubelab/labs/" + folder + "/" + simple + ".java",
                answer(
                        id,
                        folder,
                        simple,
                        "// tag::solution[]\n        // starter: // TODO " + id
                                + ": write your code here.\n        throw new UnsupportedOperationException(\"TODO: the solution of "
                                + id + "\");\n        // end::solution[]"));
        files.put(Checks.checkFile(folder, simple), check(id, folder, simple));
        String wrong = Checks.ANSWERS + "/" + id + "/does-nothing/";
        files.put(
                wrong + simple + ".java",
                "// 0 of 10: nothing is done\n"
                        + answer(id, folder, simple, "// TODO a plausible mistake; three such folders are wanted"));
        files.put(wrong + "feedback.txt", "");
        return files;
    }

    private static String metadata(String id, String folder, String simple, String title) {
        return """
                id: %s
                class: kubelab.labs.%s.%s
                title: %s
                form: state
                points: 10
                minutes: 15
                needs: []
                task: |
                  TODO: a task that stands on its own, one sentence a line.
                hints:
                  - "TODO: where to look"
                  - "TODO: what to use"
                  - "TODO: nearly the answer"
                """.formatted(id, folder, simple, title);
    }

    private static String answer(String id, String folder, String simple, String body) {
        return """
                package kubelab.labs.%s;

                import io.fabric8.kubernetes.client.KubernetesClient;
                import kubelab.labkit.StateExercise;

                /** %s: TODO one sentence. */
                public class %s implements StateExercise {
                    @Override
                    public void apply(KubernetesClient client, String namespace) {
                        %s
                    }
                }
                """.formatted(folder, id, simple, body);
    }

    private static String check(String id, String folder, String simple) {
        return """
                package kubelab.grader.checks.%s;

                import java.util.List;
                import kubelab.grader.check.Check;
                import kubelab.grader.check.Criterion;

                /** %s. TODO: what must be allowed, and what must be refused. */
                final class %sCheck implements Check {
                    @Override
                    public List<Criterion> criteria() {
                        throw new UnsupportedOperationException("TODO: criteria of 10 points together");
                    }
                }
                """.formatted(folder, id, simple);
    }
}
