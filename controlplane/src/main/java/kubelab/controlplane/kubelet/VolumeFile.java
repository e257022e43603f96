package kubelab.controlplane.kubelet;

/**
 * One file of a volume that is made from API objects.
 *
 * @param mode 0–0777
 * @param uid whose it is
 */
record VolumeFile(byte[] content, int mode, long uid) {
    /** What {@code defaultMode} is when it is not given. */
    static final int DEFAULT_MODE = 0644;

    static VolumeFile ofRoot(byte[] content, int mode) {
        return new VolumeFile(content, mode, 0);
    }
}
