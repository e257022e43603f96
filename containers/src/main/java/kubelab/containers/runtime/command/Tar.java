package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.filesystem.VirtualFileSystem;
import kubelab.containers.runtime.kernel.Output;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.shell.Glob;

/**
 * tar: reads its command line, then lets {@link TarWriter} or {@link TarReader} work. {@code kubectl cp} is this program
 * on the container's side.
 *
 * <p>Source: busybox 1.36 archival/tar.c. Simplified: owners are numbers, not names; gzip is the only compression.
 */
final class Tar {
    private static final String SYNOPSIS =
            "c|x|t [-zhmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...";
    private static final String[] LONG = {
        "create=c",
        "extract=x",
        "list=t",
        "file=f",
        "directory=C",
        "to-stdout=O",
        "verbose=v",
        "gzip=z",
        "dereference=h",
        "touch=m",
        "exclude=E",
        "exclude-from=X",
        "files-from=T",
        "strip-components=S",
        "no-recursion=R",
        "no-same-owner=o",
        "no-same-permissions=P",
        "numeric-owner=n",
        "overwrite=W"
    };

    final Task task;
    final Options options;
    final List<String> names;
    private final List<String> excluded;
    private boolean saidStripped;

    private Tar(Task task, Options options, List<String> names, List<String> excluded) {
        this.task = task;
        this.options = options;
        this.names = names;
        this.excluded = excluded;
    }

    /** A complaint that ends the command. */
    static final class Complaint extends IOException {
        private static final long serialVersionUID = 1;

        Complaint(String message) {
            super(message);
        }
    }

    static int main(Task task) throws IOException {
        // The first word may come without its dash.
        List<String> words = new ArrayList<>(task.arguments());
        if (words.size() > 1 && !words.get(1).startsWith("-")) {
            words.set(1, "-" + words.get(1));
            task.rename(words);
        }
        Options options = Options.parse(task, "ctxvOmokhzap", "fCTXES", LONG);
        if (options == null) {
            return 1;
        }
        if (!options.has('c') && !options.has('x') && !options.has('t')) {
            return Usage.fail(task, "tar", SYNOPSIS);
        }
        try {
            return open(task, options).run();
        } catch (Complaint e) {
            task.out().flush();
            return Usage.error(task, String.valueOf(e.getMessage()));
        }
    }

    private static Tar open(Task task, Options options) throws IOException {
        List<String> names = new ArrayList<>();
        for (String list : options.values('T')) {
            names.addAll(lines(task, list));
        }
        names.addAll(options.rest());
        List<String> excluded = new ArrayList<>(options.values('E'));
        for (String list : options.values('X')) {
            excluded.addAll(lines(task, list));
        }
        return new Tar(task, options, names, excluded);
    }

    private static List<String> lines(Task task, String path) throws IOException {
        try {
            return task.files().readText(path).lines().toList();
        } catch (FileException e) {
            throw new Complaint("can't open '" + path + "': " + e.getMessage());
        }
    }

    private int run() throws IOException {
        String archive = options.value('f', "-");
        boolean standard = archive.equals("-");
        if (options.has('c')) {
            if (names.isEmpty()) {
                throw new Complaint("empty archive");
            }
            OutputStream out =
                    standard ? task.out() : new FileStream.Writer(task, openArchive(archive, OpenMode.WRITE));
            String itself = standard ? "" : task.files().real(archive);
            enter();
            try (OutputStream closed = standard ? OutputStream.nullOutputStream() : out) {
                OutputStream packed = options.has('z') ? new GZIPOutputStream(out) : out;
                int status = new TarWriter(this, packed, standard ? task.err() : task.out(), itself).write();
                if (packed instanceof GZIPOutputStream gzip) {
                    gzip.finish();
                }
                return status;
            }
        }
        InputStream in = standard ? task.in() : new FileStream.Reader(task, openArchive(archive, OpenMode.READ));
        enter();
        try (InputStream closed = standard ? InputStream.nullInputStream() : in) {
            return new TarReader(this, in).read();
        }
    }

    private kubelab.containers.runtime.filesystem.OpenFile openArchive(String path, OpenMode mode) throws IOException {
        try {
            return task.files().open(path, mode);
        } catch (FileException e) {
            throw new Complaint("can't open '" + path + "': " + e.getMessage());
        }
    }

    /** The archive is opened before, so its path is not relative to -C. */
    private void enter() throws IOException {
        String directory = options.value('C', "");
        if (directory.isEmpty()) {
            return;
        }
        String why = "Not a directory";
        try {
            Stat stat = task.files().stat(directory);
            if (stat.isDirectory()) {
                task.directory(VirtualFileSystem.normalise(task.files().absolute(directory)));
                return;
            }
        } catch (FileException e) {
            why = String.valueOf(e.getMessage());
        }
        throw new Complaint("can't change directory to '" + directory + "': " + why);
    }

    /** A pattern fits a whole name, or what comes after one of its slashes, or a directory on the way. */
    boolean isExcluded(String name) {
        String whole = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String pattern : excluded) {
            for (int from = 0; from >= 0; from = next(whole, from)) {
                for (int to = whole.length(); to > from; to = whole.lastIndexOf('/', to - 1)) {
                    if (Glob.matches(pattern, whole.substring(from, to))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static int next(String name, int from) {
        int slash = name.indexOf('/', from);
        return slash < 0 ? -1 : slash + 1;
    }

    /** A name without what leads out of the directory; says so once. */
    String harmless(String name) throws IOException {
        int from = 0;
        int up = name.startsWith("../") ? 0 : name.indexOf("/../");
        while (up >= 0) {
            from = up + (up == 0 && name.startsWith("../") ? 3 : 4);
            up = name.startsWith("../", from) ? from : name.indexOf("/../", from);
        }
        while (from < name.length() && name.charAt(from) == '/') {
            from++;
        }
        if (from > 0 && !saidStripped) {
            saidStripped = true;
            Output err = task.err();
            err.print("tar: removing leading '" + name.substring(0, from) + "' from member names\n");
        }
        return name.substring(from);
    }
}
