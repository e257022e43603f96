package kubelab.controlplane.store;

import java.util.Map;

/** What is written under a key: bytes, and the values that selectors need. */
public record Value(byte[] bytes, Map<String, String> fields) {
    /** The map is kept as long as its revision is: an immutable one is a third of its size. */
    public Value {
        fields = Map.copyOf(fields);
    }
}
