/**
 * What {@code kubectl get} prints: the API server computes the columns and cells, kubectl only lays them out.
 *
 * <p>{@link kubelab.controlplane.apiserver.table.Tables} is asked by the response end of the request chain when a client
 * accepts {@code as=Table}. The columns of each resource are recorded data; how a cell is computed is one small method
 * here, grouped by what the resource is about. Depends on nothing but JSON trees and an instant.
 *
 * <p>Upstream: {@code k8s.io/kubernetes/pkg/printers/internalversion/printers.go} (1.34).
 */
@NullMarked
package kubelab.controlplane.apiserver.table;

import org.jspecify.annotations.NullMarked;
