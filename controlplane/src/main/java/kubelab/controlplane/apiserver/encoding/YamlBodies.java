package kubelab.controlplane.apiserver.encoding;

import kubelab.controlplane.apiserver.ApiException;
import kubelab.controlplane.apiserver.Codec;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** YAML bodies; JSON is YAML, too, and is what kubectl sends as an apply patch. */
final class YamlBodies implements Codec {
    private final String mediaType;
    private volatile @Nullable ObjectMapper yaml;

    YamlBodies(String mediaType) {
        this.mediaType = mediaType;
    }

    @Override
    public String mediaType() {
        return mediaType;
    }

    @Override
    public ObjectNode decode(byte[] body, @Nullable Resource expected) {
        try {
            if ((startsAsJson(body) ? Json.parse(body) : yaml().readTree(body)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException malformed) {
            throw ApiException.badRequest("error decoding YAML: " + malformed.getOriginalMessage());
        }
        throw ApiException.badRequest("error decoding YAML: the body is no object");
    }

    @Override
    public byte[] encode(ObjectNode object) {
        return yaml().writeValueAsBytes(object);
    }

    private static boolean startsAsJson(byte[] body) {
        return body.length > 0 && body[0] == '{';
    }

    /** Made when first needed: most clients never send YAML. */
    private ObjectMapper yaml() {
        ObjectMapper known = yaml;
        if (known == null) {
            known = YAMLMapper.builder().build();
            yaml = known;
        }
        return known;
    }
}
