/**
 * A request and its answer, and who has a say before the resource is looked at: {@link
 * kubelab.controlplane.apiserver.request.Authenticator}, {@link kubelab.controlplane.apiserver.request.Authorizer} and
 * {@link kubelab.controlplane.apiserver.request.Admission} are what others implement. Read {@link
 * kubelab.controlplane.apiserver.request.RequestInfo} first: what a path and a method mean. Called by all the packages
 * beside it and by those who send requests; depends on none of them. Upstream: k8s.io/apiserver/pkg/endpoints/request,
 * pkg/authentication, pkg/authorization, pkg/admission.
 */
@NullMarked
package kubelab.controlplane.apiserver.request;

import org.jspecify.annotations.NullMarked;
