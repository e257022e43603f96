package kubelab.containers.runtime.image;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol of Redis, as far as its two simulated programs speak it. Text is UTF-8. */
final class Resp {
    private static final int MAX = 512 * 1024;

    private Resp() {}

    /** A command: an array of strings, or words on a line. @return null at the end of the stream */
    static @Nullable List<String> command(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        if (!line.startsWith("*")) {
            return line.isBlank() ? List.of() : List.of(line.trim().split("\\s+"));
        }
        List<String> words = new ArrayList<>();
        int count = length(line);
        for (int i = 0; i < count; i++) {
            words.add(bulk(in, required(in)));
        }
        return words;
    }

    static String encode(List<String> words) {
        StringBuilder text = new StringBuilder("*" + words.size() + "\r\n");
        words.forEach(word -> text.append(bulk(word)));
        return text.toString();
    }

    static String bulk(@Nullable String text) {
        return text == null ? "$-1\r\n" : "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }

    /** A reply as redis-cli prints it. @param raw without types and quotes, as it does where nobody types */
    static String reply(InputStream in, boolean raw) throws IOException {
        String head = required(in);
        String rest = head.substring(1);
        return switch (head.charAt(0)) {
            case '-' -> (raw ? "" : "(error) ") + rest + "\n" + (raw ? "\n" : "");
            case ':' -> (raw ? "" : "(integer) ") + rest + "\n";
            case '$' -> {
                if (rest.equals("-1")) {
                    yield raw ? "\n" : "(nil)\n";
                }
                String text = bulk(in, head);
                yield (raw ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"') + "\n";
            }
            case '*' -> {
                int count = length(head);
                StringBuilder all = new StringBuilder();
                for (int i = 1; i <= count; i++) {
                    all.append(raw ? "" : i + ") ").append(reply(in, raw));
                }
                yield count > 0 ? all.toString() : raw ? "\n" : "(empty array)\n";
            }
            default -> rest + "\n";
        };
    }

    private static String bulk(InputStream in, String head) throws IOException {
        byte[] bytes = in.readNBytes(length(head));
        in.readNBytes(2);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int length(String head) throws IOException {
        try {
            int length = Integer.parseInt(head.substring(1));
            if (length >= 0 && length <= MAX) {
                return length;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        throw new IOException("Protocol error: invalid length");
    }

    private static String required(InputStream in) throws IOException {
        String line = line(in);
        if (line == null || line.isEmpty()) {
            throw new EOFException("Server closed the connection");
        }
        return line;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.UTF_8);
            }
            if (bytes.size() > MAX) {
                throw new IOException("Protocol error: too big inline request");
            }
            if (b != '\r') {
                bytes.write(b);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
