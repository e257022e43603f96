package kubelab.controlplane.store;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is written under a key. The bytes may have one place for the write's own revision, which only the store knows.
 *
 * @param bytes without the revision's digits
 * @param revisionAt offset at which the digits go in; {@link #NO_REVISION} when there is no such place
 * @param fields the values that selectors need
 */
public record Value(byte[] bytes, int revisionAt, Map<String, String> fields) {
    public static final int NO_REVISION = -1;

    /** The map is kept as long as its revision is: an immutable one is a third of its size. */
    public Value {
        if (revisionAt < NO_REVISION || revisionAt > bytes.length) {
            throw new IllegalArgumentException("revisionAt " + revisionAt + " of " + bytes.length + " bytes");
        }
        fields = Map.copyOf(fields);
    }

    /** The bytes as they are stored by the write that has this revision. */
    byte[] at(long revision) {
        if (revisionAt == NO_REVISION) {
            return bytes;
        }
        byte[] digits = Long.toString(revision).getBytes(StandardCharsets.US_ASCII);
        byte[] stored = new byte[bytes.length + digits.length];
        System.arraycopy(bytes, 0, stored, 0, revisionAt);
        System.arraycopy(digits, 0, stored, revisionAt, digits.length);
        System.arraycopy(bytes, revisionAt, stored, revisionAt + digits.length, bytes.length - revisionAt);
        return stored;
    }
}
