package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PushbackInputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Output;
import kubelab.containers.runtime.kernel.Task;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** {@code tar x} and {@code tar t}: members become files, or lines of a list. */
final class TarReader {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int BLOCK = 16 * 1024;
    private static final int RECORD = 512;
    private static final int MAGIC = 257;

    private final Tar tar;
    private final Task task;
    private final InputStream in;
    private final boolean list;

    TarReader(Tar tar, InputStream in) {
        this.tar = tar;
        this.task = tar.task;
        this.in = in;
        this.list = tar.options.has('t');
    }

    /** @return the exit code */
    int read() throws IOException {
        Set<String> found = new HashSet<>();
        TarArchiveInputStream members = new TarArchiveInputStream(checked(), "UTF-8");
        for (TarArchiveEntry entry; (entry = next(members)) != null; ) {
            if (!wanted(entry.getName(), found) || tar.isExcluded(entry.getName())) {
                continue;
            }
            String name = stripped(tar.harmless(entry.getName()));
            if (name.isEmpty()) {
                continue;
            }
            if (list) {
                task.out().println(tar.options.has('v') ? line(entry, name) : name);
                continue;
            }
            Output listing = tar.options.has('O') ? task.err() : task.out();
            if (tar.options.has('v')) {
                listing.println(name);
            }
            if (tar.options.has('O')) {
                if (entry.isFile()) {
                    copy(members, task.out());
                }
            } else {
                extract(members, entry, name);
            }
        }
        for (String name : tar.names) {
            if (!found.contains(name)) {
                throw new Tar.Complaint(name + ": not found in archive");
            }
        }
        return 0;
    }

    /** What the library calls a corrupted archive, in the words of this program. */
    private static TarArchiveEntry next(TarArchiveInputStream members) throws IOException {
        try {
            return members.getNextEntry();
        } catch (InterruptedIOException | FileException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new Tar.Complaint("invalid tar magic");
        }
    }

    /** Looks at the first record before the library does, which takes an empty file for an empty archive. */
    private InputStream checked() throws IOException {
        PushbackInputStream archive = new PushbackInputStream(in, RECORD);
        byte[] record = archive.readNBytes(RECORD);
        if (record.length > 1 && (record[0] & 0xff) == 0x1f && (record[1] & 0xff) == 0x8b) {
            archive.unread(record);
            archive = new PushbackInputStream(new GZIPInputStream(archive), RECORD);
            record = archive.readNBytes(RECORD);
        }
        if (record.length == 0) {
            throw new Tar.Complaint("short read");
        }
        boolean zero = true;
        for (byte each : record) {
            zero &= each == 0;
        }
        if (record.length < RECORD
                || !zero
                        && !new String(record, MAGIC, 5, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .equals("ustar")) {
            throw new Tar.Complaint("invalid tar magic");
        }
        archive.unread(record);
        return archive;
    }

    private boolean wanted(String member, Set<String> found) {
        boolean wanted = tar.names.isEmpty();
        for (String name : tar.names) {
            String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
            if (member.equals(plain) || member.startsWith(plain + "/")) {
                found.add(name);
                wanted = true;
            }
        }
        return wanted;
    }

    private String stripped(String name) {
        String rest = name;
        for (int left = Integer.parseInt(tar.options.value('S', "0")); left > 0; left--) {
            rest = rest.substring(rest.indexOf('/') + 1 == 0 ? rest.length() : rest.indexOf('/') + 1);
        }
        return rest;
    }

    private static String line(TarArchiveEntry entry, String name) {
        Stat.Kind kind =
                entry.isDirectory() ? Stat.Kind.DIRECTORY : entry.isSymbolicLink() ? Stat.Kind.SYMLINK : Stat.Kind.FILE;
        Instant modified = entry.getLastModifiedTime().toInstant();
        Stat stat = new Stat(kind, entry.getMode() & 07777, 0, 0, entry.getSize(), modified, 1, 0, "");
        String user = entry.getUserName().isEmpty() ? Long.toString(entry.getLongUserId()) : entry.getUserName();
        String group = entry.getGroupName().isEmpty() ? Long.toString(entry.getLongGroupId()) : entry.getGroupName();
        return String.format(
                        Locale.ROOT,
                        "%s %s/%s %9d %s ",
                        stat.permissions(),
                        user,
                        group,
                        entry.getSize(),
                        DATE.format(modified))
                + name
                + (entry.isSymbolicLink() || entry.isLink() ? " -> " + entry.getLinkName() : "");
    }

    private void extract(TarArchiveInputStream members, TarArchiveEntry entry, String name) throws IOException {
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        try {
            parents(path);
            Stat before = task.files().find(path, false);
            if (entry.isDirectory()) {
                if (before == null) {
                    task.files().makeDirectory(path);
                }
            } else {
                if (before != null) {
                    if (tar.options.has('k')) {
                        return;
                    }
                    task.files().remove(path);
                }
                if (entry.isSymbolicLink()) {
                    task.files().makeLink(path, entry.getLinkName());
                    return;
                } else if (entry.isLink()) {
                    task.files().hardLink(path, tar.harmless(entry.getLinkName()));
                    return;
                }
                OpenFile file = task.files().open(path, OpenMode.NEW);
                try (FileStream.Writer out = new FileStream.Writer(task, file)) {
                    copy(members, out);
                }
            }
        } catch (FileException e) {
            throw new Tar.Complaint("can't open '" + path + "': " + e.getMessage());
        }
        attributes(entry, path);
    }

    private void attributes(TarArchiveEntry entry, String path) throws IOException {
        boolean root = task.credentials().uid() == 0;
        if (root && !tar.options.has('o')) {
            task.files().chown(path, entry.getLongUserId(), entry.getLongGroupId());
        }
        int mode = entry.getMode() & 07777;
        task.files().chmod(path, tar.options.has('P') || !root ? mode & 0777 & ~task.umask() : mode);
        if (!tar.options.has('m')) {
            task.files().touch(path, entry.getLastModifiedTime().toInstant());
        }
    }

    private void parents(String path) throws IOException {
        List<String> missing = new ArrayList<>();
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (task.files().exists(path.substring(0, slash))) {
                break;
            }
            missing.add(0, path.substring(0, slash));
        }
        for (String each : missing) {
            task.files().makeDirectory(each);
        }
    }

    private void copy(TarArchiveInputStream members, java.io.OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        while (true) {
            int n;
            try {
                n = members.read(block, 0, BLOCK);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException truncated) {
                throw new Tar.Complaint("short read");
            }
            if (n < 0) {
                return;
            }
            task.charge(2_000 + n / 4);
            out.write(block, 0, n);
        }
    }
}
