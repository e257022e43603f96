package kubelab.controlplane;

/** How far a part of the control plane is. Two looks that find the same while there is work have found that it stands still. */
public sealed interface Progress {
    /**
     * A part that works on what waits for it.
     *
     * @param part e.g. {@code deployment-controller}
     * @param waiting whether there is something to do now
     * @param done grows with all that is begun or done
     */
    record Work(String part, boolean waiting, long done) implements Progress {}

    /**
     * A watched cache.
     *
     * @param group of the resource; empty for the core group
     * @param plural e.g. {@code pods}
     * @param revision the last that it has heard of
     */
    record Watch(String group, String plural, long revision) implements Progress {}
}
