package kubelab.labkit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A prediction before a cell that surprises. A notebook asks {@code guess("Which?", "a", "b")}; the reader puts the number
 * of an answer in front, {@code guess(2, "Which?", "a", "b")}, and compares with what the next cell shows.
 */
public final class Guess {
    private static final int WIDTH = 80;

    private static final Map<String, Integer> MADE = new HashMap<>();

    private Guess() {}

    /** Prints the question and its options, and how to answer. */
    public static void ask(String question, String... options) {
        print(question, 0, options);
        System.out.println("Put the number of your guess in front, guess(1, \"…\"), and run the cell again.");
    }

    /**
     * Remembers a guess and prints it.
     *
     * @param mine the number of an option, from 1 on
     */
    public static void make(int mine, String question, String... options) {
        if (mine < 1 || mine > options.length) {
            throw new IllegalArgumentException("A guess is a number from 1 to " + options.length + ".");
        }
        MADE.put(question, mine);
        print(question, mine, options);
        System.out.println("Your guess: " + mine + ". Now run the next cell.");
    }

    /** What was guessed last. */
    public static Optional<Integer> made(String question) {
        return Optional.ofNullable(MADE.get(question));
    }

    /** Broken between words, so that no screen breaks it inside of one. */
    private static String lines(String text) {
        return text.replaceAll("(.{1," + WIDTH + "})(?:\\s+|$)", "$1\n").stripTrailing();
    }

    private static void print(String question, int mine, String... options) {
        System.out.println(lines(question));
        for (int i = 0; i < options.length; i++) {
            System.out.println((i + 1 == mine ? "→ " : "  ") + (i + 1) + ". " + options[i]);
        }
    }
}
