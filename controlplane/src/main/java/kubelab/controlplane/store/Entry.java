package kubelab.controlplane.store;

import java.util.Map;

/**
 * One key at one revision.
 *
 * @param createRevision revision at which the key came into being (after its last deletion)
 * @param modRevision revision that wrote this state
 * @param version 1 for a new key, one more with each write
 * @param value the bytes; kept once and handed out as they are, so nobody may change them
 * @param fields the few values that selectors need, so that a filtered list or watch decodes nothing
 * @param cause id of what brought this state about, see {@link Command#cause}
 */
public record Entry(
        String key,
        long createRevision,
        long modRevision,
        long version,
        byte[] value,
        Map<String, String> fields,
        String cause) {

    static Entry first(String key, long revision, Value written, String cause) {
        return new Entry(key, revision, revision, 1, written.at(revision), written.fields(), cause);
    }

    /** The key's next state. What did not change is not kept twice: most writes change no field. */
    Entry next(long revision, Value written, String cause) {
        Map<String, String> shared = fields.equals(written.fields()) ? fields : written.fields();
        return new Entry(key, createRevision, revision, version + 1, written.at(revision), shared, cause);
    }
}
