/**
 * The API server: the only door to the cluster's state. {@link kubelab.controlplane.apiserver.ApiServer} reads as the
 * chain a request takes: authenticate → authorize → audit → decode → patch/default → admit → validate → commit →
 * encode. It is driven by data: one {@link kubelab.controlplane.apiserver.Resource} row a resource, one class a verb;
 * inside it an object is a JSON tree. Called by transport (components in this JVM) and listener (everybody else);
 * depends on store and clock. Upstream: k8s.io/apiserver and pkg/registry.
 */
@NullMarked
package kubelab.controlplane.apiserver;

import org.jspecify.annotations.NullMarked;
