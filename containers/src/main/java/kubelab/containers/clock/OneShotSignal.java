package kubelab.containers.clock;

/**
 * What one thread waits for and another rings, once. A monitor, not a latch: from the moment it is rung the waiting
 * thread's state says so ({@link Thread.State#BLOCKED}), even before the machine has a processor for it, and
 * {@link LongTasks} sees that there is something left to do.
 */
public final class OneShotSignal {
    private boolean rung;

    public synchronized void ring() {
        rung = true;
        notifyAll();
    }

    /** Returns at once when it has been rung. */
    public synchronized void await() throws InterruptedException {
        while (!rung) {
            wait();
        }
    }
}
