package kubelab.labkit.component;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import kubelab.labkit.Component;
import kubelab.labkit.Dialer;

/**
 * A component at work in a cluster: a harness watches, asks the component, and does what it decided. There is one class for
 * each kind of component, with a factory for its {@link Plan}.
 */
public interface Harness extends AutoCloseable {
    /** Ends the component's work; what it has brought about in the cluster stays. */
    @Override
    void close();

    /**
     * Where a component works.
     *
     * @param client an administrator's
     * @param namespace whose objects it is responsible for
     * @param dialer the way from here to the namespace's Pods and Services
     * @param faults hears of what the component threw and should not have
     */
    record Site(KubernetesClient client, String namespace, Dialer dialer, Consumer<Exception> faults) {}

    /**
     * How a component of one kind is put to work, before it is known which component and where.
     *
     * @param kind the interface that the component implements
     * @param role what can be there once at a site, as in {@code scheduler my-scheduler}: two would get in each other's way
     * @param how puts it to work at once
     */
    record Plan<C extends Component, H extends Harness>(Class<C> kind, String role, BiFunction<Site, C, H> how) {
        /** Puts it to work; ends with {@link Harness#close}. */
        public H start(Site site, C component) {
            return how.apply(site, component);
        }
    }
}
