package kubelab.containers.runtime.filesystem;

import java.time.Instant;

/**
 * What {@code stat} tells.
 *
 * @param mode permission bits, 0–07777
 * @param device {@code major, minor} of a character device, else empty
 */
public record Stat(
        Kind kind, int mode, long uid, long gid, long size, Instant modified, int links, long inode, String device) {

    /** What a path leads to. */
    public enum Kind {
        DIRECTORY('d'),
        FILE('-'),
        SYMLINK('l'),
        DEVICE('c'),
        PIPE('p'),
        SOCKET('s');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        public char letter() {
            return letter;
        }
    }

    public boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }

    public boolean isFile() {
        return kind == Kind.FILE;
    }

    public boolean isSymlink() {
        return kind == Kind.SYMLINK;
    }

    /** As {@code ls -l} prints it, e.g. {@code drwxr-xr-x}. */
    public String permissions() {
        StringBuilder text = new StringBuilder(10).append(kind.letter());
        for (int shift = 6; shift >= 0; shift -= 3) {
            int bits = mode >> shift;
            text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
            boolean run = (bits & 1) != 0;
            boolean special = (mode & (shift == 6 ? 04000 : shift == 3 ? 02000 : 01000)) != 0;
            char letter = shift == 0 ? 't' : 's';
            text.append(special ? (run ? letter : Character.toUpperCase(letter)) : run ? 'x' : '-');
        }
        return text.toString();
    }
}
