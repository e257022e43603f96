package kubelab.grader.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/** What the compiler sees of an answer's folder: the learner's own classes beside the answer, and no links to elsewhere. */
final class AnswerSources extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Path folder;

    /** @param folder where the learner's packages begin */
    AnswerSources(StandardJavaFileManager files, Path folder) throws IOException {
        super(files);
        this.folder = folder;
        files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(folder));
    }

    @Override
    public Iterable<JavaFileObject> list(
            Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse) throws IOException {
        Iterable<JavaFileObject> all = super.list(location, packageName, kinds, recurse);
        if (location != StandardLocation.SOURCE_PATH) {
            return all;
        }
        List<JavaFileObject> fit = new ArrayList<>();
        for (JavaFileObject file : all) {
            if (AnswerFile.isFit(Path.of(file.toUri()), folder)) {
                fit.add(file);
            }
        }
        return fit;
    }
}
