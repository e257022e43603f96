package kubelab.containers.runtime.filesystem;

/** A file whose content is fixed when it is opened: an image's, or one of /proc. */
final class BytesFile extends OpenFile {
    private final byte[] bytes;
    private int position;

    BytesFile(String path, byte[] bytes) {
        super("/" + path);
        this.bytes = bytes;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (position >= bytes.length) {
            return -1;
        }
        int n = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, into, offset, n);
        position += n;
        return n;
    }

    @Override
    public void seek(long to) {
        position = (int) Math.min(to, bytes.length);
    }
}
