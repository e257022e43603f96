package kubelab.controlplane;

/** Makes a component; asked anew each time it is started. */
public interface ComponentFactory {
    Component create(ComponentContext context);
}
