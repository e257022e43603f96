package kubelab.app.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A chapter by its notebook, {@code notebooks/09-pods.ipynb}. */
public record Chapter(Path notebook) {
    /** {@code 09-pods}. */
    public String id() {
        String name = notebook.getFileName().toString();
        return name.substring(0, name.length() - ".ipynb".length());
    }

    /** {@code pods}. */
    public String topic() {
        return id().replaceFirst("^\\d+-", "");
    }

    /** Abilities of the cluster without which the chapter cannot be run, as in {@code cluster-scope}. */
    public Set<String> needs() throws IOException {
        return NotebookFile.read(notebook).needs();
    }

    public boolean isCalled(String name) {
        String wanted = name.replaceFirst(".*/", "").replaceFirst("\\.ipynb$", "");
        return wanted.equals(id()) || wanted.equals(topic()) || id().startsWith(wanted + "-");
    }
}
