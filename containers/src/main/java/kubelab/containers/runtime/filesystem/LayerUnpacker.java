package kubelab.containers.runtime.filesystem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Makes the files of an image from its layers, the lowest first. In a layer, {@code .wh.NAME} takes a file of the layers below
 * away, and {@code .wh..wh..opq} all that they have in that directory.
 *
 * <p>Source: the OCI image format specification, "Image Layer Filesystem Changeset".
 */
public final class LayerUnpacker {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final ImageLayer.Builder files = new ImageLayer.Builder();

    /**
     * Puts a layer on top.
     *
     * @param archive a tar archive, as it is or compressed by gzip
     * @throws IOException when it is neither
     */
    public void add(byte[] archive) throws IOException {
        // what a layer hides is below it: first all that it hides, then all that it has
        read(archive, (entry, path, in) -> hide(path));
        read(archive, this::put);
    }

    /** All layers as one. */
    public ImageLayer files() {
        return files.build();
    }

    private interface Member {
        void take(TarArchiveEntry entry, String path, InputStream in) throws IOException;
    }

    private static void read(byte[] archive, Member member) throws IOException {
        InputStream in = new ByteArrayInputStream(archive);
        if (archive.length > 1 && (archive[0] & 0xff) == 0x1f && (archive[1] & 0xff) == 0x8b) {
            in = new GZIPInputStream(in);
        }
        try (TarArchiveInputStream members = new TarArchiveInputStream(in, "UTF-8")) {
            for (TarArchiveEntry entry; (entry = members.getNextEntry()) != null; ) {
                String path = path(entry.getName());
                if (!path.isEmpty()) {
                    member.take(entry, path, members);
                }
            }
        }
    }

    private void hide(String path) {
        int slash = path.lastIndexOf('/');
        String directory = path.substring(0, slash + 1);
        String name = path.substring(slash + 1);
        if (name.equals(OPAQUE)) {
            files.empty(directory);
        } else if (name.startsWith(WHITEOUT)) {
            files.remove(directory + name.substring(WHITEOUT.length()));
        }
    }

    private void put(TarArchiveEntry entry, String path, InputStream in) throws IOException {
        int mode = entry.getMode() & 07777;
        long uid = entry.getLongUserId();
        long gid = entry.getLongGroupId();
        if (path.substring(path.lastIndexOf('/') + 1).startsWith(WHITEOUT)) {
            return;
        }
        if (entry.isDirectory()) {
            files.directory(path, mode, uid, gid);
        } else if (entry.isSymbolicLink()) {
            files.link(path, entry.getLinkName());
        } else if (entry.isLink()) {
            files.copy(path(entry.getLinkName()), path);
        } else if (entry.isFile()) {
            files.file(path, mode, uid, gid, in.readAllBytes());
        }
    }

    /** From the root, without a way out of it; empty for the root itself. */
    private static String path(String name) {
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/")) {
            if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                path.append('/').append(part);
            }
        }
        return path.toString();
    }
}
