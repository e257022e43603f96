package kubelab.labkit.worker;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.net.URL;
import java.net.URLClassLoader;

/** The classes of one answer. */
final class AnswerLoader extends URLClassLoader {
    private volatile boolean kinds;

    AnswerLoader(URL classes) {
        super(new URL[] {classes}, AnswerLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        Class<?> found = super.findClass(name);
        kinds |= KubernetesResource.class.isAssignableFrom(found);
        return found;
    }

    /** Whether one of them is a kind of object, as a custom resource is. */
    boolean hasKinds() {
        return kinds;
    }
}
