package kubelab.containers.runtime.filesystem;

/** How a file is opened: the flags of {@code open(2)}. */
public record OpenMode(
        boolean read, boolean write, boolean append, boolean create, boolean truncate, boolean exclusive) {
    public static final OpenMode READ = new OpenMode(true, false, false, false, false, false);
    public static final OpenMode WRITE = new OpenMode(false, true, false, true, true, false);
    public static final OpenMode APPEND = new OpenMode(false, true, true, true, false, false);
    public static final OpenMode READ_WRITE = new OpenMode(true, true, false, true, false, false);
    public static final OpenMode UPDATE = new OpenMode(false, true, false, true, false, false);
    public static final OpenMode NEW = new OpenMode(false, true, false, true, false, true);
}
