package kubelab.containers.runtime.filesystem;

import java.io.IOException;

/** A file operation failed. The message is the errno's text, without a path. */
public final class FileException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Errno errno;

    public FileException(Errno errno) {
        super(errno.text());
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }

    /** Failing to find a file is an everyday answer here: no stack trace, for speed. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
