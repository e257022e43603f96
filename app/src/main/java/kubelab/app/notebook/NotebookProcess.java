package kubelab.app.notebook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import kubelab.app.lab.Screen;
import kubelab.containers.host.DaemonThreads;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The child process of a notebook's run. Tells its parent of each cell with one line of JSON on standard output; what
 * cells print goes into these. Ends with its parent, however that ends.
 *
 * <p>Arguments: notebook, class path of the cells, limit of a cell in seconds.
 */
final class NotebookProcess {
    private static final JsonMapper JSON = new JsonMapper();

    private NotebookProcess() {}

    /**
     * The parent never writes, and its end of the pipe closes when it ends, by SIGKILL, too. Watching the parent's process
     * would miss one that was killed while this JVM was starting.
     */
    private static void endWithParent(InputStream parent) {
        DaemonThreads.start("parent", () -> {
            try {
                while (parent.read() >= 0) {
                    // nothing is sent
                }
            } catch (IOException e) {
                // as good as its end
            }
            Runtime.getRuntime().halt(1);
        });
    }

    public static void main(String[] args) throws Exception {
        endWithParent(System.in);
        System.setIn(InputStream.nullInputStream());
        PrintStream parent = System.out;
        NotebookFile notebook = NotebookFile.read(Path.of(args[0]));
        long limit = Long.parseLong(args[2]);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("cell-limit"));
        try (Cells cells = new Cells(args[1])) {
            Recorder recorder = new Recorder();
            System.setOut(recorder.stream("stdout"));
            System.setErr(recorder.stream("stderr"));
            Screen.install(recorder, cells.shell());
            String start = cells.run(startup()).error();
            if (!start.isEmpty()) {
                throw new IllegalStateException("the start-up script failed: " + start);
            }
            List<NotebookFile.Cell> code = notebook.code();
            for (int i = 0; i < code.size(); i++) {
                NotebookFile.Cell cell = code.get(i);
                recorder.begin();
                long begin = System.nanoTime();
                ScheduledFuture<?> stop = timer.schedule(cells::stop, limit, TimeUnit.SECONDS);
                Cells.Outcome outcome = cells.run(cell.source());
                stop.cancel(false);
                parent.println(new CellResult(
                                i + 1,
                                code.size(),
                                cell.id(),
                                cell.tags(),
                                outcome.error(),
                                recorder.end(outcome),
                                (System.nanoTime() - begin) / 1_000_000)
                        .toLine());
                parent.flush();
            }
        }
        System.exit(0);
    }

    static String startup() throws java.io.IOException {
        try (InputStream in = NotebookProcess.class.getResourceAsStream("startup.jsh")) {
            if (in == null) {
                throw new IllegalStateException("startup.jsh is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Collects what a cell prints and shows, in nbformat's shape. */
    private static final class Recorder implements Screen {
        private ArrayNode outputs = JSON.createArrayNode();
        private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        private String printing = "stdout";

        PrintStream stream(String name) {
            return new PrintStream(
                    new java.io.OutputStream() {
                        @Override
                        public void write(int b) {
                            write(new byte[] {(byte) b}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int offset, int length) {
                            synchronized (Recorder.this) {
                                if (!printing.equals(name)) {
                                    flushPrinted();
                                    printing = name;
                                }
                                printed.write(bytes, offset, length);
                            }
                        }
                    },
                    true,
                    StandardCharsets.UTF_8);
        }

        synchronized void begin() {
            outputs = JSON.createArrayNode();
            printed.reset();
        }

        @Override
        public synchronized void show(String text, String html) {
            flushPrinted();
            ObjectNode output = outputs.addObject();
            output.put("output_type", "display_data");
            output.putObject("metadata");
            output.putObject("data").put("text/plain", text).put("text/html", html);
        }

        synchronized ArrayNode end(Cells.Outcome outcome) {
            flushPrinted();
            outcome.value().ifPresent(value -> {
                ObjectNode output = outputs.addObject();
                output.put("output_type", "execute_result");
                output.put("execution_count", 1);
                output.putObject("metadata");
                output.putObject("data").put("text/plain", value);
            });
            if (!outcome.error().isEmpty()) {
                ObjectNode output = outputs.addObject();
                output.put("output_type", "error");
                output.put("ename", outcome.error().lines().findFirst().orElse(""));
                output.put("evalue", outcome.error());
                ArrayNode trace = output.putArray("traceback");
                outcome.error().lines().forEach(trace::add);
            }
            return outputs;
        }

        private void flushPrinted() {
            if (printed.size() == 0) {
                return;
            }
            ObjectNode output = outputs.addObject();
            output.put("output_type", "stream");
            output.put("name", printing);
            output.put("text", printed.toString(StandardCharsets.UTF_8));
            printed.reset();
        }
    }
}
