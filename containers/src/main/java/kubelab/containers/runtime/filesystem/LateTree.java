package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tree that is filled by the first look into it. Its root itself is there before. */
final class LateTree extends Tree {
    private final Tree tree;
    private final Filling filling;

    LateTree(Tree tree, Filling filling) {
        this.tree = tree;
        this.filling = filling;
    }

    @Override
    public @Nullable Stat lstat(String path) throws IOException {
        return (path.isEmpty() ? tree : filled()).lstat(path);
    }

    @Override
    public List<String> list(String path) throws IOException {
        return filled().list(path);
    }

    @Override
    public OpenFile open(String path, OpenMode mode, int permissions, Credentials who) throws IOException {
        return filled().open(path, mode, permissions, who);
    }

    @Override
    public String readLink(String path) throws IOException {
        return filled().readLink(path);
    }

    @Override
    public boolean readOnly() {
        return tree.readOnly();
    }

    @Override
    public String type() {
        return tree.type();
    }

    @Override
    public void makeDirectory(String path, int permissions, Credentials who) throws IOException {
        filled().makeDirectory(path, permissions, who);
    }

    @Override
    public void makeLink(String path, String target, Credentials who) throws IOException {
        filled().makeLink(path, target, who);
    }

    @Override
    public void hardLink(String path, String existing) throws IOException {
        filled().hardLink(path, existing);
    }

    @Override
    public void remove(String path) throws IOException {
        filled().remove(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        filled().rename(from, to);
    }

    @Override
    public void chmod(String path, int permissions) throws IOException {
        filled().chmod(path, permissions);
    }

    @Override
    public void chown(String path, long uid, long gid) throws IOException {
        filled().chown(path, uid, gid);
    }

    @Override
    public void touch(String path, Instant modified) throws IOException {
        filled().touch(path, modified);
    }

    private Tree filled() throws IOException {
        try {
            filling.fill();
        } catch (RuntimeException e) {
            throw new FileException(Errno.EIO);
        }
        return tree;
    }
}
