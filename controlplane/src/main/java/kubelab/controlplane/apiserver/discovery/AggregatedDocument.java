package kubelab.controlplane.apiserver.discovery;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;

/**
 * A discovery document that clients may keep: whoever names its hash hears only that it is still the same.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/discovery/aggregated/etag.go (1.34).
 *
 * @param generation of the registry it was made from
 */
record AggregatedDocument(long generation, String contentType, String etag, byte[] body) {

    static AggregatedDocument of(long generation, String contentType, byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-512").digest(body);
            String etag = '"' + HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT) + '"';
            return new AggregatedDocument(generation, contentType, etag, body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK knows SHA-512", e);
        }
    }

    ApiResponse answer(ApiRequest request) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("ETag", List.of(etag));
        headers.put("Vary", List.of("Accept"));
        headers.put("Cache-Control", List.of("public"));
        if (request.header("if-none-match").equals(etag)) {
            return new ApiResponse.Full(304, headers, new byte[0]);
        }
        headers.put("Content-Type", List.of(contentType));
        return new ApiResponse.Full(200, headers, body);
    }
}
