package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Output;
import kubelab.containers.runtime.kernel.Task;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** {@code tar c}: files and what is below them become members. What cannot be read is complained about and left out. */
final class TarWriter {
    private static final int BLOCK = 16 * 1024;

    private final Tar tar;
    private final Task task;
    private final TarArchiveOutputStream out;
    private final Output listing;
    private final String itself;
    private boolean incomplete;

    /**
     * @param listing where -v prints names
     * @param itself the archive's path, left out; empty when it is no file
     */
    TarWriter(Tar tar, OutputStream out, Output listing, String itself) {
        this.tar = tar;
        this.task = tar.task;
        this.out = new TarArchiveOutputStream(out, 512, "UTF-8");
        this.out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        this.out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        this.listing = listing;
        this.itself = itself;
    }

    /** @return the exit code */
    int write() throws IOException {
        for (String name : tar.names) {
            add(name.length() > 1 && name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
        }
        out.finish();
        return incomplete ? Usage.error(task, "error exit delayed from previous errors") : 0;
    }

    private void add(String path) throws IOException {
        boolean follow = tar.options.has('h');
        Stat stat;
        try {
            stat = follow ? task.files().stat(path) : task.files().lstat(path);
        } catch (FileException e) {
            complain(path + ": " + e.getMessage());
            return;
        }
        if (tar.isExcluded(path)) {
            return;
        }
        if (!itself.isEmpty() && stat.isFile() && itself.equals(task.files().real(path))) {
            Usage.error(task, path + ": file is the archive; skipping");
            return;
        }
        String name = tar.harmless(path) + (stat.isDirectory() ? "/" : "");
        if (!name.isEmpty() && !name.equals("/")) {
            member(path, name, stat);
        }
        if (stat.isDirectory() && !tar.options.has('R')) {
            children(path);
        }
    }

    private void children(String path) throws IOException {
        try {
            for (String child : task.files().list(path).stream().sorted().toList()) {
                add(path.equals("/") ? "/" + child : path + "/" + child);
            }
        } catch (FileException e) {
            complain("can't open '" + path + "': " + e.getMessage());
        }
    }

    private void member(String path, String name, Stat stat) throws IOException {
        byte[] content = new byte[0];
        boolean link = stat.isSymlink();
        TarArchiveEntry entry = new TarArchiveEntry(name, link ? TarConstants.LF_SYMLINK : TarConstants.LF_NORMAL);
        if (link) {
            entry.setLinkName(task.files().readLink(path));
        } else if (stat.isDirectory()) {
            entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
        } else if (!stat.isFile()) {
            // A socket cannot be archived; devices are the kernel's.
            complain(name + ": unknown file type");
            return;
        } else {
            try {
                content = task.files().readAll(path);
            } catch (FileException e) {
                complain("can't open '" + path + "': " + e.getMessage());
                return;
            }
            entry.setSize(content.length);
        }
        entry.setMode(stat.mode());
        entry.setIds((int) stat.uid(), (int) stat.gid());
        entry.setNames(Users.name(task, stat.uid()), Users.group(task, stat.gid()));
        entry.setModTime(FileTime.from(stat.modified().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
        if (tar.options.has('v')) {
            listing.println(name);
        }
        out.putArchiveEntry(entry);
        for (int at = 0; at < content.length; at += BLOCK) {
            int n = Math.min(BLOCK, content.length - at);
            task.charge(4_000 + n / 4);
            out.write(content, at, n);
        }
        out.closeArchiveEntry();
    }

    private void complain(String message) throws IOException {
        Usage.error(task, message);
        incomplete = true;
    }
}
