package kubelab.controlplane.apiserver.encoding;

import kubelab.controlplane.apiserver.protobuf.ProtobufCodec;
import kubelab.controlplane.apiserver.protobuf.ProtobufException;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code application/vnd.kubernetes.protobuf}. */
public final class ProtobufBodies implements Codec {
    @Override
    public String mediaType() {
        return ProtobufCodec.MEDIA_TYPE;
    }

    @Override
    public ObjectNode decode(byte[] body, @Nullable Resource expected) {
        try {
            return ProtobufCodec.decode(body);
        } catch (ProtobufException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public byte[] encode(ObjectNode object) {
        try {
            return ProtobufCodec.encode(object);
        } catch (ProtobufException e) {
            throw new ApiException(406, "NotAcceptable", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public byte[] encodeWatchEvent(String type, ObjectNode object) {
        return ProtobufCodec.watchFrame(type, encode(object));
    }
}
