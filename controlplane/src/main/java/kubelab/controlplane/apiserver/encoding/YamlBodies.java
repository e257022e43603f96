package kubelab.controlplane.apiserver.encoding;

import java.util.Locale;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * YAML bodies; JSON is YAML, too, and is what kubectl sends as an apply patch. Of a key that comes twice the last
 * counts, of several documents the first. Any thread may decode: a mapper does not change once it is made.
 */
public final class YamlBodies implements Codec {
    private final String mediaType;
    private volatile @Nullable ObjectMapper yaml;

    public YamlBodies(String mediaType) {
        this.mediaType = mediaType;
    }

    @Override
    public String mediaType() {
        return mediaType;
    }

    @Override
    public ObjectNode decode(byte[] body, @Nullable Resource expected) {
        JsonNode tree;
        try {
            tree = startsAsJson(body) ? Json.parse(body) : yaml().readTree(body);
        } catch (JacksonException malformed) {
            throw ApiException.badRequest("error decoding YAML: " + malformed.getOriginalMessage());
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        if (tree.isMissingNode() || tree.isNull()) {
            return Json.object();
        }
        throw ApiException.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot"
                + " unmarshal " + tree.getNodeType().name().toLowerCase(Locale.ROOT)
                + " into Go value of type map[string]interface {}");
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
            known = YAMLMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
            yaml = known;
        }
        return known;
    }
}
