package kubelab.grader.worker;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kubelab.labkit.worker.AnswerProcess;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a process has said about one answer. */
final class Turn {
    private static final int KEPT_OUTPUT = 4000;
    private static final JsonMapper JSON = new JsonMapper();

    private final String word = UUID.randomUUID().toString();
    private final AtomicLong printed = new AtomicLong();
    private final StringBuilder tail = new StringBuilder();
    /** What the answer has printed until it was over. */
    private Optional<String> said = Optional.empty();

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<String> left = new CompletableFuture<>();
    private volatile Consumer<String> further = line -> {};

    /** By which the process marks what it says about this answer; nothing else knows it. */
    String word() {
        return word;
    }

    /** Who hears the marked lines that come after the first. */
    void onLine(Consumer<String> listener) {
        further = listener;
    }

    /**
     * Takes in a line of the process's stdout. What the answer wrote there without an end of line may come before the mark.
     *
     * @return whether it is the process's own, and not the answer's
     */
    boolean line(String whole) {
        int mark = whole.indexOf(word + " ");
        if (mark < 0) {
            return false;
        }
        String text = whole.substring(mark + word.length() + 1);
        if (!first.complete(text)) {
            try {
                further.accept(text);
            } catch (RuntimeException e) {
                // no message of the pipe's: what waits for one ends by its limit
                return false;
            }
        }
        return true;
    }

    /** Takes in what came on stderr; keeps the last of what came before the first mark. */
    synchronized void printed(String more) {
        tail.append(more);
        int mark = tail.indexOf(word + " ");
        for (int end = lineEnd(mark); end >= 0; end = lineEnd(mark)) {
            String how = tail.substring(mark + word.length() + 1, end).strip();
            said = said.or(() -> Optional.of(kept(tail.substring(0, tail.indexOf(word)))));
            tail.delete(0, end + 1);
            mark = tail.indexOf(word + " ");
            if (!how.equals(AnswerProcess.END)) {
                left.complete(how);
            }
        }
        if (tail.length() > KEPT_OUTPUT) {
            tail.delete(0, tail.length() - KEPT_OUTPUT);
        }
    }

    private int lineEnd(int mark) {
        return mark < 0 ? -1 : tail.indexOf("\n", mark);
    }

    private static String kept(String text) {
        return text.substring(Math.max(0, text.length() - KEPT_OUTPUT));
    }

    /** How many bytes the answer has printed, with these. */
    long count(int bytes) {
        return printed.addAndGet(bytes);
    }

    synchronized String output() {
        return said.orElseGet(tail::toString).strip();
    }

    /** The first marked line, if it has come. */
    Optional<String> result() {
        return first.isDone() ? Optional.of(first.join()) : Optional.empty();
    }

    /** The interface that the component implements, once it is there. */
    Optional<String> kind() {
        try {
            return result().map(line -> JSON.readTree(line).path("component").asString(""))
                    .filter(name -> !name.isEmpty());
        } catch (JacksonException e) {
            return Optional.empty(); // how it ended says why
        }
    }

    /** Whether the result is here, and what the answer has left behind is known. */
    boolean isOver() {
        return first.isDone() && left.isDone();
    }

    /** What the answer has left behind; waits for it so long, and is empty where it has not come. */
    String left(long milliseconds) throws InterruptedException {
        try {
            return left.get(milliseconds, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return "";
        }
    }
}
