/**
 * The ends of the request chain: {@link kubelab.controlplane.apiserver.Encodings} plugs the other packages —
 * protobuf, tables, discovery, the API document, decoding and validation, field management — into an API server.
 *
 * <p>Each class here is a thin adapter from the API server's extension points to pure functions over JSON trees.
 */
@NullMarked
package kubelab.controlplane.apiserver.encoding;

import org.jspecify.annotations.NullMarked;
