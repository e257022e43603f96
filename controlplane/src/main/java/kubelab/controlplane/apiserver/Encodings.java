package kubelab.controlplane.apiserver;

import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.apply.ManagedFields;
import kubelab.controlplane.apiserver.customresources.CustomValidator;
import kubelab.controlplane.apiserver.discovery.Discovery;
import kubelab.controlplane.apiserver.encoding.ProtobufBodies;
import kubelab.controlplane.apiserver.encoding.TableResponses;
import kubelab.controlplane.apiserver.encoding.YamlBodies;
import kubelab.controlplane.apiserver.openapi.OpenApiHandler;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.validation.SchemaValidator;

/** All that an API server speaks besides plain JSON, in one call. */
public final class Encodings {
    private Encodings() {}

    /**
     * Adds YAML and protobuf bodies, tables, discovery, OpenAPI, strict decoding and validation, and server-side apply.
     *
     * @param clock what ages in tables are counted to
     */
    public static ApiServer.Builder install(ApiServer.Builder builder, Clock clock) {
        Schemas schemas = new Schemas();
        return builder.codec(new ProtobufBodies())
                .codec(new YamlBodies("application/yaml"))
                .codec(new YamlBodies("application/apply-patch+yaml"))
                .tables(new TableResponses(clock))
                .validator(new CustomValidator(new SchemaValidator(schemas), schemas))
                .fieldManagement(new ManagedFields(schemas))
                .rawHandler(registry -> new Discovery(registry))
                .rawHandler(registry -> new OpenApiHandler(registry));
    }
}
