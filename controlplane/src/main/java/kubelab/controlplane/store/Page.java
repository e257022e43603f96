package kubelab.controlplane.store;

import java.util.List;

/**
 * Part of a range at one revision.
 *
 * @param entries in the order of their keys
 * @param more whether the range goes on after the last entry
 * @param remaining how many entries follow; 0 when there are no more
 */
public record Page(long revision, List<Entry> entries, boolean more, long remaining) {}
