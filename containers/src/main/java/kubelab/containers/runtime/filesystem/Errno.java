package kubelab.containers.runtime.filesystem;

/** Why a system call failed, with the words the C library has for it. */
public enum Errno {
    EPERM("Operation not permitted"),
    ENOENT("No such file or directory"),
    EACCES("Permission denied"),
    EBUSY("Resource busy"),
    EEXIST("File exists"),
    EXDEV("Cross-device link"),
    ENOTDIR("Not a directory"),
    EISDIR("Is a directory"),
    EINVAL("Invalid argument"),
    ENXIO("No such device or address"),
    ENOTEMPTY("Directory not empty"),
    ENOSPC("No space left on device"),
    EROFS("Read-only file system"),
    ELOOP("Symbolic link loop"),
    EBADF("Bad file descriptor"),
    EPIPE("Broken pipe"),
    EIO("I/O error");

    private final String text;

    Errno(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
