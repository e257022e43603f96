package kubelab.controlplane.controllermanager.loop;

/** A running part of the controller manager. */
public interface Controller extends AutoCloseable {
    String name();

    /** Begins to work; the caches are filled by then. */
    void start();

    /** Nothing waits to be worked on now. */
    boolean idle();

    /** How many pieces of work it has begun: unchanged between two looks when it has not moved. */
    long handled();

    @Override
    void close();
}
