package kubelab.containers.runtime.filesystem;

import java.io.IOException;

/** Fills a directory of the node before somebody looks into it. */
public interface Filling {
    /** For directories that are full already. */
    Filling DONE = () -> {};

    /** Called before every look, by any thread; must be cheap when there is nothing left to do. */
    void fill() throws IOException;
}
