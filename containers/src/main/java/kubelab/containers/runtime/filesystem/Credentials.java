package kubelab.containers.runtime.filesystem;

import java.util.Set;

/** On whose behalf files are touched. User 0 may do everything that is not read-only. */
public record Credentials(long uid, long gid, Set<Long> groups) {
    public static final Credentials ROOT = new Credentials(0, 0, Set.of(0L));

    public Credentials {
        groups = Set.copyOf(groups);
    }

    /** @param bits 4 read, 2 write, 1 execute or search */
    public boolean may(Stat stat, int bits) {
        if (uid == 0) {
            // As on Linux: root runs a file only when somebody may.
            return (bits & 1) == 0 || stat.isDirectory() || (stat.mode() & 0111) != 0;
        }
        int shift = stat.uid() == uid ? 6 : stat.gid() == gid || groups.contains(stat.gid()) ? 3 : 0;
        return ((stat.mode() >> shift) & bits) == bits;
    }
}
