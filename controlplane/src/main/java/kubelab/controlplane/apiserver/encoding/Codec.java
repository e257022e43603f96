package kubelab.controlplane.apiserver.encoding;

import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A wire format besides JSON. Trees in, bytes out, and back. */
public interface Codec {
    /** Without parameters, e.g. {@code application/yaml}, {@code application/vnd.kubernetes.protobuf}. */
    String mediaType();

    /**
     * @param expected the kind that the path asks for; the body may say something else and is then kept as it is
     * @throws ApiException BadRequest when it cannot be read
     */
    ObjectNode decode(byte[] body, @Nullable Resource expected);

    /** @param object with {@code kind} and {@code apiVersion} */
    byte[] encode(ObjectNode object);

    /** One event of a watch, framed as the stream needs it. */
    default byte[] encodeWatchEvent(String type, ObjectNode object) {
        throw new ApiException(406, "NotAcceptable", "no watch in " + mediaType());
    }

    /** Content type of a watch, e.g. {@code application/vnd.kubernetes.protobuf;stream=watch}. */
    default String watchMediaType() {
        return mediaType() + ";stream=watch";
    }
}
