package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.kernel.Task;

/** gzip, gunzip and zcat: a file becomes one with another name, or standard input goes to standard output. */
final class Gzip {
    private static final String SUFFIX = ".gz";

    private Gzip() {}

    static int main(Task task) throws IOException {
        Options options = Options.parse(task, "cfkdtqvn123456789", "");
        if (options == null) {
            return 1;
        }
        String applet = Usage.name(task);
        boolean unpack = !applet.equals("gzip") || options.has('d') || options.has('t');
        boolean toStdout = applet.equals("zcat") || options.has('c') || options.has('t');
        int status = 0;
        for (String path : options.rest().isEmpty() ? List.of("-") : options.rest()) {
            try {
                if (path.equals("-")) {
                    convert(task.in(), task.out(), unpack);
                } else {
                    status |= file(task, options, path, unpack, toStdout);
                }
            } catch (FileException e) {
                status = Usage.error(task, path + ": " + e.getMessage());
            } catch (ZipException e) {
                status = Usage.error(task, "invalid magic");
            } catch (java.io.EOFException e) {
                status = Usage.error(task, "short read");
            }
        }
        return status;
    }

    private static int file(Task task, Options options, String path, boolean unpack, boolean toStdout)
            throws IOException {
        if (unpack && !toStdout && !path.endsWith(SUFFIX)) {
            return Usage.error(task, path + ": unknown suffix - ignored");
        }
        String target =
                unpack && path.endsWith(SUFFIX) ? path.substring(0, path.length() - SUFFIX.length()) : path + SUFFIX;
        try (InputStream in = new FileStream.Reader(task, task.files().open(path, OpenMode.READ))) {
            if (toStdout) {
                convert(in, options.has('t') ? OutputStream.nullOutputStream() : task.out(), unpack);
                return 0;
            }
            OpenMode mode = options.has('f') ? OpenMode.WRITE : OpenMode.NEW;
            // Before the target is made: what is no gzip file leaves nothing.
            InputStream plain = unpack ? new GZIPInputStream(in) : in;
            try (OutputStream out = new FileStream.Writer(task, task.files().open(target, mode))) {
                if (unpack) {
                    plain.transferTo(out);
                } else {
                    convert(plain, out, false);
                }
            } catch (FileException e) {
                return Usage.error(task, "can't open '" + target + "': " + e.getMessage());
            }
        }
        task.files().chmod(target, task.files().stat(path).mode());
        if (!options.has('k')) {
            task.files().remove(path);
        }
        return 0;
    }

    private static void convert(InputStream in, OutputStream out, boolean unpack) throws IOException {
        if (unpack) {
            new GZIPInputStream(in).transferTo(out);
        } else {
            GZIPOutputStream gzip = new GZIPOutputStream(out);
            in.transferTo(gzip);
            gzip.finish();
        }
    }
}
