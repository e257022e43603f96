/**
 * The API server: only it reads and writes the cluster's state. {@link kubelab.controlplane.apiserver.ApiServer#handle} reads as the
 * chain a request takes: authenticate → authorize → decode → patch/default → admission changes → validate → admission
 * refuses → commit → encode → audit. A request is audited when its answer is known, so also when it was refused.
 *
 * <p>Read in this order: {@link kubelab.controlplane.apiserver.ApiServer}; {@code request} (what is asked, and who may);
 * {@code registry} (which resources there are, and how they are stored); {@code verb} (what each verb does: {@link
 * kubelab.controlplane.apiserver.verb.WriteChain} is the middle of the chain); {@code audit} (what is noted of it);
 * {@code strategy} (what is special about a
 * kind); {@code patch} and {@code apply} (changes that are differences); {@code validation}; {@code encoding} with
 * {@code table} and {@code protobuf}; {@code discovery} and {@code openapi} (what the server says about itself).
 *
 * <p>Inside it an object is a JSON tree. Called by transport (components in this JVM) and listener (all other clients);
 * depends on store and clock. The packages below know neither this one nor each other in a circle. Upstream:
 * k8s.io/apiserver and pkg/registry.
 */
@NullMarked
package kubelab.controlplane.apiserver;

import org.jspecify.annotations.NullMarked;
