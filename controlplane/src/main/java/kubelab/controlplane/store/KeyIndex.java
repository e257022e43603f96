package kubelab.controlplane.store;

/**
 * Where a key's versions hang. It stays while the key's versions come and go, so that writing searches only once.
 * Written under the store's lock, read without it.
 */
final class KeyIndex {
    volatile KeyVersion newest;

    KeyIndex(KeyVersion first) {
        newest = first;
    }
}
