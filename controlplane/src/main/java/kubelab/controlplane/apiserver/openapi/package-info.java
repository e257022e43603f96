/**
 * The API document as data: what every served kind looks like, in the words and types of Kubernetes itself.
 *
 * <p>{@link kubelab.controlplane.apiserver.openapi.ApiDocument} holds the OpenAPI documents that clients ask for
 * (kubectl explain, client-side validation); they are kept compressed and are handed out as they are.
 * {@link kubelab.controlplane.apiserver.openapi.Schemas} is the API server's own view of the same document, cut to what
 * patches, server-side apply and validation need, and read one type at a time: starting a cluster parses none of it.
 *
 * <p>Both are recorded from a real API server by {@code ApiDocumentRecorder} (in the tests) and are Kubernetes' own
 * text under its licence: see the NOTICE beside the data.
 *
 * <p>Upstream: {@code k8s.io/kube-openapi}, {@code k8s.io/apiserver/pkg/server/routes/openapi.go}.
 */
@NullMarked
package kubelab.controlplane.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
