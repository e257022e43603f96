package kubelab.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.controllermanager.ControllerManager;

/** Stops and starts parts of an embedded cluster, of the nodes that there are at that time. */
final class EmbeddedComponents implements Components.Switchboard {
    private final EmbeddedCluster cluster;
    private final List<String> controllers = ControllerManager.controllers();

    private EmbeddedComponents(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    static Components of(EmbeddedCluster cluster) {
        EmbeddedComponents switchboard = new EmbeddedComponents(cluster);
        return new Components(switchboard::names, switchboard);
    }

    private List<String> names() {
        List<String> names =
                new ArrayList<>(List.of(Components.SCHEDULER, Components.CONTROLLER_MANAGER, Components.KUBE_PROXY));
        cluster.nodes().forEach(node -> names.add(Components.kubelet(node)));
        names.addAll(controllers);
        return names;
    }

    @Override
    public void turn(Set<String> before, Set<String> after) {
        // In this order, so that a controller manager that is stopped is not started again for its controllers.
        difference(after, before).forEach(this::stop);
        Set<String> without = new TreeSet<>(after);
        without.retainAll(controllers);
        cluster.withoutControllers(without);
        difference(before, after).forEach(this::start);
    }

    private Set<String> difference(Set<String> from, Set<String> minus) {
        Set<String> rest = new TreeSet<>(from);
        rest.removeAll(minus);
        controllers.forEach(rest::remove);
        return rest;
    }

    private void stop(String name) {
        parts(name).forEach(cluster::stopComponent);
    }

    private void start(String name) {
        parts(name).forEach(cluster::startComponent);
    }

    private List<String> parts(String name) {
        return name.equals(Components.KUBE_PROXY)
                ? cluster.nodes().stream().map(node -> name + "-" + node).toList()
                : List.of(name);
    }
}
