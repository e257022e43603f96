package kubelab.labkit;

import java.util.List;

/**
 * What a probe saw.
 *
 * @param holds whether what was expected was observed
 * @param expected what the probe looks for, in one sentence
 * @param observed what it found, with the names and values that were read
 * @param story the steps taken, in order, one sentence each
 */
public record Evidence(boolean holds, String expected, String observed, List<String> story) {
    public Evidence {
        story = List.copyOf(story);
    }

    public static Evidence of(boolean holds, String expected, String observed, String... story) {
        return new Evidence(holds, expected, observed, List.of(story));
    }

    /** The evidence as a few lines of plain text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(holds ? "✔ as expected" : "✘ not as expected").append('\n');
        text.append("  expected: ").append(expected).append('\n');
        text.append("  observed: ").append(observed).append('\n');
        for (int i = 0; i < story.size(); i++)
            text.append("  ").append(i + 1).append(". ").append(story.get(i)).append('\n');
        return text.toString();
    }
}
