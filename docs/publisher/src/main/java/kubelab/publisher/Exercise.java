package kubelab.publisher;

import java.util.List;

/**
 * What the course says of one exercise, read from the YAML file next to its solution.
 *
 * @param id {@code pods-2}
 * @param className fully qualified, the same in solutions/ and labs/
 * @param form state, question, repair or component
 * @param task AsciiDoc
 * @param hints AsciiDoc inline, each giving away more
 */
public record Exercise(
        String id,
        String className,
        String title,
        String form,
        int points,
        int minutes,
        List<String> needs,
        String task,
        List<String> hints) {
    public Exercise {
        needs = List.copyOf(needs);
        hints = List.copyOf(hints);
    }

    /** {@code pods} of {@code pods-2}. */
    public String topic() {
        return id.substring(0, id.lastIndexOf('-'));
    }

    /** The file of the class, below a source root. */
    public String javaFile() {
        return className.replace('.', '/') + ".java";
    }

    public String simpleName() {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
