package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Random;
import kubelab.controlplane.Component;
import kubelab.controlplane.ComponentContext;
import kubelab.controlplane.ComponentFactory;
import kubelab.controlplane.Progress;
import kubelab.controlplane.events.EventBroadcaster;

/** The scheduler as a part of a cluster. */
public final class SchedulerComponent implements Component {
    /** The component's name in the cluster. */
    public static final String NAME = "kube-scheduler";

    private final KubernetesClient client;
    private final EventBroadcaster events;
    private final Scheduler scheduler;

    private SchedulerComponent(ComponentContext context, long seed) {
        client = context.clientFor("system:kube-scheduler");
        events = new EventBroadcaster("scheduler-events", context.clock());
        scheduler = new Scheduler(client, context.clock(), events, new Random(seed));
    }

    /** @param seed decides between nodes that are equally good */
    public static ComponentFactory factory(long seed) {
        return context -> new SchedulerComponent(context, seed);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        scheduler.start();
    }

    /** Nobody waits for a node whom a try could help, and all Events are written. */
    public boolean idle() {
        return scheduler.idle() && events.idle();
    }

    @Override
    public List<Progress> progress() {
        return scheduler.progress();
    }

    @Override
    public void stop() {
        scheduler.close();
        events.close();
        client.close();
    }
}
