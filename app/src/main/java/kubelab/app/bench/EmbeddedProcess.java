package kubelab.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The other end of {@link EmbeddedServer}. */
final class EmbeddedProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final String kubeconfig;

    /** @param java a command line for a JVM with the program's class path, up to and without the main class */
    EmbeddedProcess(List<String> java, int nodes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.add(EmbeddedServer.class.getName());
        command.add(String.valueOf(nodes));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        kubeconfig = new String(
                Base64.getDecoder().decode(read(Duration.ofMinutes(1)).orElse("")), StandardCharsets.UTF_8);
        if (kubeconfig.isEmpty()) {
            close();
            throw new IOException("the process with the embedded cluster did not start");
        }
    }

    String kubeconfig() {
        return kubeconfig;
    }

    /** @return milliseconds; empty when it took longer than it may */
    OptionalDouble ask(String what, Duration time) throws IOException, InterruptedException {
        in.write(what + "\n");
        in.flush();
        return read(time).map(s -> OptionalDouble.of(Double.parseDouble(s))).orElse(OptionalDouble.empty());
    }

    /** Resident memory, MiB; empty where the system does not tell. */
    OptionalDouble memory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return OptionalDouble.of(Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
                }
            }
        } catch (IOException e) {
            // no Linux
        }
        return OptionalDouble.empty();
    }

    private java.util.Optional<String> read(Duration time) throws IOException, InterruptedException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                return out.readLine();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try {
            return java.util.Optional.ofNullable(line.get(time.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return java.util.Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
