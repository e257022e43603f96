package kubelab.app.notebook;

import java.nio.file.Path;

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

    public boolean isCalled(String name) {
        String wanted = name.replaceFirst(".*/", "").replaceFirst("\\.ipynb$", "");
        return wanted.equals(id()) || wanted.equals(topic()) || id().startsWith(wanted + "-");
    }
}
