package kubelab.course;

import java.nio.file.Path;

/**
 * One chapter.
 *
 * @param id {@code 09-pods}
 * @param summary one sentence on what it is about
 * @param file the AsciiDoc that is authored
 * @param notebook what is generated from it; need not be there
 */
public record Chapter(String id, String title, String summary, Path file, Path notebook) {
    /** {@code pods} of {@code 09-pods}, {@code config-maps} of {@code 11-config-maps}. */
    public String topic() {
        return id.substring(id.indexOf('-') + 1);
    }

    /** Whether this chapter is meant: by topic, number, id, or the name of its notebook's file. */
    public boolean isCalled(String name) {
        String wanted = name.replaceFirst(".*/", "").replaceFirst("\\.ipynb$", "");
        return wanted.equals(id) || wanted.equals(topic()) || id.startsWith(wanted + "-");
    }
}
