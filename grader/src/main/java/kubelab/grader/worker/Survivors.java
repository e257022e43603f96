package kubelab.grader.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds what an answer has started, also where it has left the process tree: a child whose parent has ended, a session of
 * its own (setsid). All of them inherit a mark in their environment. An answer that clears the environment escapes: this
 * guards against accidents. Without /proc (on systems other than Linux) only the tree is known.
 */
final class Survivors {
    private static final String MARK = "KUBELAB_ANSWER";
    private static final Path PROC = Path.of("/proc");
    /** A process that starts others may do so between a look and its end. */
    private static final int ROUNDS = 20;

    private final String value = UUID.randomUUID().toString();

    void mark(Map<String, String> environment) {
        environment.put(MARK, value);
    }

    /** Ends them all, by force. */
    void end() {
        for (int i = 0; i < ROUNDS; i++) {
            List<ProcessHandle> found = find();
            if (found.isEmpty()) {
                return;
            }
            found.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Whether the process with this id is the only one of them. */
    boolean isAlone(long process) {
        return find().stream().allMatch(p -> p.pid() == process);
    }

    /** Those that run now; one that has ended and was not waited for has no environment any more. */
    private List<ProcessHandle> find() {
        List<ProcessHandle> found = new ArrayList<>();
        if (!Files.isDirectory(PROC)) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isMarked(process)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .filter(p -> !p.equals(ProcessHandle.current()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // the process that was looked at is gone
        }
        return found;
    }

    private boolean isMarked(Path process) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return environment.contains(MARK + "=" + value);
        } catch (IOException e) {
            return false; // another user's, or gone
        }
    }
}
