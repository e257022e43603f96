package kubelab.containers.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder with all that is in it, of any file system. Links are not followed: what they name stays. */
public final class FileTree {
    private FileTree() {}

    /**
     * Deletes it. What is not there, or is deleted by another thread meanwhile, is no fault.
     *
     * @throws IOException when something will not go; what is left then is undefined
     */
    public static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new Deletion());
    }

    /** Deletes it, if that can be done. @return whether all of it is gone */
    public static boolean tryDelete(Path root) {
        try {
            delete(root);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            return goOn(why);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) throws IOException {
            goOn(why);
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }

        private static FileVisitResult goOn(@Nullable IOException why) throws IOException {
            if (why != null && !(why instanceof NoSuchFileException)) {
                throw why;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
