package kubelab.app.jupyter;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.app.workspace.Missing;
import kubelab.cluster.Progress;

/**
 * A Python environment (venv) with packages of certain versions, in a folder of its own. An installation that was
 * interrupted leaves a mark, so that the next one begins anew instead of believing in half a one.
 */
final class PythonEnvironment {
    private static final int OLDEST = 10;
    private static final String WITHOUT = "Without Jupyter everything but the notebooks in the browser works.";
    private static final Pattern VERSION = Pattern.compile("3\\.(\\d+)");
    private static final Pattern NO_NETWORK = Pattern.compile("NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError"
            + "|NameResolutionError|Temporary failure in name resolution|Connection refused");
    /** A version that the index does not offer to this Python. */
    private static final Pattern NO_SUCH_VERSION =
            Pattern.compile("No matching distribution found|ResolutionImpossible|conflicting dependencies");

    private final Path folder;
    private final String searchPath;

    /** @param searchPath where a Python is looked for, as in the variable PATH */
    PythonEnvironment(Path folder, String searchPath) {
        this.folder = folder;
        this.searchPath = searchPath;
    }

    Path python() {
        boolean windows = File.separatorChar == '\\';
        return folder.resolve(windows ? "Scripts" : "bin").resolve(windows ? "python.exe" : "python");
    }

    /** Installs what is missing: all of it on first use, nothing when the versions are those of now. */
    void ensure(List<String> packages, String constraints, Progress progress) throws IOException, InterruptedException {
        String wanted = String.join("\n", packages) + "\n" + constraints;
        if (has(wanted)) {
            return;
        }
        Files.createDirectories(folder);
        Path lock = folder.resolveSibling(folder.getFileName() + ".lock"); // outside: the folder may be emptied
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(channel, progress)) {
            if (held.isValid() && !has(wanted)) { // another command may have done it while we waited
                install(packages, constraints, progress);
                Files.writeString(folder.resolve("installed"), wanted);
                Files.delete(half());
            }
        }
    }

    private boolean has(String wanted) throws IOException {
        Path done = folder.resolve("installed");
        return Files.isExecutable(python())
                && !Files.exists(half())
                && Files.exists(done)
                && Files.readString(done).equals(wanted);
    }

    private static FileLock lock(FileChannel channel, Progress progress) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            progress.step("waiting for another command that is installing JupyterLab");
            lock = channel.lock();
        }
        return lock;
    }

    /** The mark; outside of the folder, since that is emptied. */
    private Path half() {
        return folder.resolveSibling(folder.getFileName() + ".half");
    }

    private void install(List<String> packages, String constraints, Progress progress)
            throws IOException, InterruptedException {
        if (!Files.isExecutable(python()) || Files.exists(half())) {
            Path python = find();
            Files.writeString(half(), "");
            progress.step("making a Python environment");
            run(List.of(python.toString(), "-m", "venv", "--clear", folder.toString()))
                    .ifPresent(log -> {
                        throw noEnvironment(python, log);
                    });
        }
        Files.writeString(half(), "");
        progress.step("installing JupyterLab and the JJava kernel (about half a minute, 250 MB)");
        Path pins = folder.resolve("constraints.txt");
        Files.writeString(pins, constraints);
        List<String> pinned = new ArrayList<>(packages);
        if (version(python()).orElse(0) >= 11) { // the constraints name versions that want it
            pinned.addAll(List.of("-c", pins.toString()));
        }
        Optional<List<String>> failed = pip(pinned);
        // a later release of a package may want a Python that this machine does not have
        if (failed.isPresent() && !says(failed.get(), NO_NETWORK) && says(failed.get(), NO_SUCH_VERSION)) {
            progress.step("the tried versions cannot be had here (" + last(failed.get())
                    + "): installing JupyterLab with the newest that fit");
            failed = pip(packages);
        }
        if (failed.isPresent()) {
            throw notInstalled(failed.get());
        }
    }

    /** Runs pip install; gives its log if it failed. */
    private Optional<List<String>> pip(List<String> what) throws IOException, InterruptedException {
        List<String> pip = new ArrayList<>(List.of(python().toString(), "-m", "pip", "install"));
        // the default of five tries would keep a learner without network waiting for minutes
        pip.addAll(List.of("--disable-pip-version-check", "--no-input", "--retries", "2"));
        pip.addAll(what);
        return run(pip);
    }

    private static boolean says(List<String> log, Pattern what) {
        return what.matcher(String.join("\n", log)).find();
    }

    /** The first Python on the path that is new enough. */
    private Path find() throws IOException, InterruptedException {
        List<String> tooOld = new ArrayList<>();
        for (String dir : searchPath.split(File.pathSeparator)) {
            for (String name : List.of("python3", "python", "python.exe")) {
                Path program = Path.of(dir.isEmpty() ? "." : dir, name);
                if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
                    continue;
                }
                int minor = version(program).orElse(0);
                if (minor >= OLDEST) {
                    return program;
                }
                tooOld.add(program + (minor == 0 ? " does not run, or is Python 2" : " is Python 3." + minor));
            }
        }
        throw tooOld.isEmpty()
                ? new Missing(
                        "There is no Python on PATH.",
                        "Install Python 3." + OLDEST
                                + " or newer with its venv module (on Debian and Ubuntu: apt install"
                                + " python3-venv), then try again. " + WITHOUT)
                : new Missing(
                        "JupyterLab needs Python 3." + OLDEST + " or newer; " + tooOld.get(0) + ".",
                        "Install a newer Python and put it first on PATH, then try again. " + WITHOUT);
    }

    /** The number after 3. */
    private static Optional<Integer> version(Path python) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(python.toString(), "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        Matcher matcher = VERSION.matcher(said.strip());
        return process.waitFor() == 0 && matcher.matches()
                ? Optional.of(Integer.valueOf(matcher.group(1)))
                : Optional.empty();
    }

    private static Missing noEnvironment(Path python, List<String> log) {
        String all = String.join("\n", log);
        if (all.contains("ensurepip") || all.contains("No module named")) {
            return new Missing(
                    python + " has no venv module.",
                    "On Debian and Ubuntu: apt install python3-venv. Elsewhere install a Python that has it. "
                            + WITHOUT);
        }
        return new Missing("No Python environment could be made: " + last(log), WITHOUT);
    }

    private Missing notInstalled(List<String> log) {
        if (says(log, NO_NETWORK)) {
            return new Missing(
                    "pip could not reach its package index: is there a network?",
                    "Try again with one; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL. The whole log is in "
                            + log() + ". " + WITHOUT);
        }
        return new Missing(
                "pip could not install JupyterLab: " + last(log), "The whole log is in " + log() + ". " + WITHOUT);
    }

    private static String last(List<String> log) {
        return log.stream()
                .filter(line -> line.startsWith("ERROR") || line.startsWith("Error"))
                .reduce((a, b) -> b)
                .orElse(log.isEmpty() ? "it says nothing" : log.get(log.size() - 1));
    }

    private Path log() {
        return folder.resolveSibling(folder.getFileName() + "-install.log");
    }

    /**
     * Runs a command.
     *
     * @return the lines of its log if it failed
     * @throws Missing where the disk is full or may not be written
     */
    private Optional<List<String>> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        int code = waitFor(process);
        if (code == 0) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(log()).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: You are"))
                .toList();
        if (lines.stream().anyMatch(line -> line.contains("No space left on device"))) {
            throw new Missing(
                    "The disk is full.", "JupyterLab takes 250 MB in " + folder + ". Free some space, then try again.");
        }
        if (lines.stream().anyMatch(line -> line.contains("Permission denied") || line.contains("Read-only file"))) {
            throw new Missing(
                    "This user may not write " + folder + ".", "Change its permissions, or use a clone of your own.");
        }
        return Optional.of(lines);
    }

    /** Waits for a process that must not outlive this one. */
    static int waitFor(Process process) throws InterruptedException {
        Thread end = new Thread(
                () -> {
                    List<ProcessHandle> children = process.descendants().toList();
                    process.destroy();
                    children.forEach(ProcessHandle::destroy);
                },
                "end-child");
        Runtime.getRuntime().addShutdownHook(end);
        int code = process.waitFor();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            new CountDownLatch(1).await(); // Ctrl-C: why the child failed is no news
        }
        return code;
    }
}
