package kubelab.controlplane.store;

import java.util.Map;

/** What is written under a key: bytes, and the values that selectors need. */
public record Value(byte[] bytes, Map<String, String> fields) {}
