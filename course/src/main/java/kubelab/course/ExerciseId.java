package kubelab.course;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic and a number, as in {@code pods-2} and {@code config-maps-3}. Sorted by topic, then by number.
 *
 * @param topic the chapter's; its words are joined by dashes
 * @param number from 1 to 99
 */
public record ExerciseId(String topic, int number) implements Comparable<ExerciseId> {
    static final String TOPIC = "[a-z]+(?:-[a-z]+)*";

    private static final Pattern FORM = Pattern.compile("(" + TOPIC + ")-([1-9]\\d?)");
    private static final Comparator<ExerciseId> ORDER =
            Comparator.comparing(ExerciseId::topic).thenComparingInt(ExerciseId::number);

    /** @throws CourseException if it is not of the form topic-number */
    public static ExerciseId of(String text) {
        Matcher id = FORM.matcher(text);
        if (!id.matches()) throw new CourseException("id " + text + " is not of the form topic-number");
        return new ExerciseId(id.group(1), Integer.parseInt(id.group(2)));
    }

    /** The id that comes after this one in its chapter. */
    public ExerciseId next() {
        return new ExerciseId(topic, number + 1);
    }

    @Override
    public int compareTo(ExerciseId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
