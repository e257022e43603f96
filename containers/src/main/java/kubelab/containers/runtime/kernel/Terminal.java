package kubelab.containers.runtime.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.network.BytePipe;
import kubelab.containers.runtime.filesystem.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * A terminal between a client that types and tasks that read lines: echo, line editing with backspace and ^U, ^C, ^\
 * and ^D, and line ends as terminals want them. Keys are read one caller at a time, under the line's monitor; what
 * they bring about happens after it, on that caller's thread.
 *
 * <p>Simplified: the terminal is always in canonical mode; the only job control is an interrupt of the processes in
 * the foreground.
 */
public final class Terminal {
    private static final int INTERRUPT = 3;
    private static final int END = 4;
    private static final int BACKSPACE = 8;
    private static final int KILL_LINE = 21;
    private static final int QUIT = 28;
    private static final int DELETE = 127;

    private final Screen screen;
    private final BytePipe lines = new BytePipe(64 * 1024);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile @Nullable Task leader;

    /** What the client sees. */
    public interface Screen {
        void show(byte[] bytes, int offset, int length) throws IOException;
    }

    public Terminal(Screen screen) {
        this.screen = screen;
    }

    /** A further reference for a task's descriptor. */
    public OpenFile file() {
        return new TerminalFile();
    }

    /** Whose processes the keys interrupt. */
    public void session(Task task) {
        leader = task;
    }

    /** The client has typed something. */
    public void type(byte[] bytes, int offset, int length) throws IOException {
        List<Effect> effects = new ArrayList<>();
        synchronized (line) {
            for (int i = offset; i < offset + length; i++) {
                effects.add(key(bytes[i] & 0xff));
            }
        }
        for (Effect effect : effects) {
            effect.happen();
        }
    }

    /** What a key does beyond the line that is being typed: it may wait for the client or for a task. */
    private interface Effect {
        void happen() throws IOException;
    }

    private Effect key(int key) {
        return switch (key) {
            case '\r', '\n' -> {
                line.write('\n');
                Effect sent = send();
                yield () -> {
                    echo("\r\n");
                    sent.happen();
                };
            }
            case INTERRUPT -> interrupt("^C", Signal.INT);
            case QUIT -> interrupt("^\\", Signal.QUIT);
            case END -> line.size() == 0 ? lines::closeWriter : send();
            case BACKSPACE, DELETE -> erase(1);
            case KILL_LINE -> erase(line.size());
            default -> {
                line.write(key);
                yield () -> screen.show(new byte[] {(byte) key}, 0, 1);
            }
        };
    }

    private Effect send() {
        byte[] typed = line.toByteArray();
        line.reset();
        return () -> lines.write(typed, 0, typed.length);
    }

    private Effect erase(int count) {
        int n = Math.min(count, line.size());
        byte[] rest = line.toByteArray();
        line.reset();
        line.write(rest, 0, rest.length - n);
        return () -> echo("\b \b".repeat(n));
    }

    private Effect interrupt(String shown, Signal signal) {
        line.reset();
        return () -> {
            echo(shown + "\r\n");
            Task first = leader;
            if (first == null) {
                return;
            }
            for (Task task : first.namespaces().tasks()) {
                if (task.descriptors().get(0) instanceof TerminalFile file && file.terminal() == this) {
                    task.signal(signal, null);
                }
            }
        };
    }

    private void echo(String text) throws IOException {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        screen.show(bytes, 0, bytes.length);
    }

    /** The terminal as a task's open file. */
    public final class TerminalFile extends OpenFile {
        TerminalFile() {
            super("/dev/pts/0");
        }

        public Terminal terminal() {
            return Terminal.this;
        }

        @Override
        public boolean isTerminal() {
            return true;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return lines.read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            byte[] out = new byte[length * 2];
            int n = 0;
            for (int i = offset; i < offset + length; i++) {
                if (from[i] == '\n') {
                    out[n++] = '\r';
                }
                out[n++] = from[i];
            }
            screen.show(out, 0, n);
        }

        @Override
        public boolean ready() {
            return lines.available() > 0;
        }
    }
}
