/**
 * A container's view of files: a mount table over an image's read-only layer, the container's own writable layer and
 * volumes (directories of the node's in-memory file system), /proc, /sys and /dev. Called by kernel, shell, commands and
 * images. Upstream: the Linux VFS and overlayfs.
 */
@NullMarked
package kubelab.containers.runtime.filesystem;

import org.jspecify.annotations.NullMarked;
