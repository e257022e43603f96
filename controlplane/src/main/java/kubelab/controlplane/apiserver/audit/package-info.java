/**
 * The audit trail: who asked for what, and what the answer was, in the shape of {@code audit.k8s.io/v1} Events. Read
 * {@link kubelab.controlplane.apiserver.audit.Auditor} first: it is what the chain of a request calls. An {@link
 * kubelab.controlplane.apiserver.audit.AuditPolicy} says how much is noted of which request, an {@link
 * kubelab.controlplane.apiserver.audit.AuditRecord} collects it on the request's way, the {@link
 * kubelab.controlplane.apiserver.audit.AuditTrail} keeps the last Events, and the {@link
 * kubelab.controlplane.apiserver.audit.AuditLog} serves them as the file that kube-apiserver writes. Called by the API server
 * and its verbs; depends on {@code request} only. Upstream: k8s.io/apiserver/pkg/audit, pkg/apis/audit and
 * pkg/endpoints/filters.
 */
@NullMarked
package kubelab.controlplane.apiserver.audit;

import org.jspecify.annotations.NullMarked;
