package kubelab.containers.runtime.filesystem;

/** An open directory: it can be opened, but its bytes cannot be read. */
final class DirectoryFile extends OpenFile {
    DirectoryFile(String path) {
        super(path);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws FileException {
        throw new FileException(Errno.EISDIR);
    }
}
