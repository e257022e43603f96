package kubelab.controlplane.apiserver.encoding;

import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.table.CustomColumns;
import kubelab.controlplane.apiserver.table.Tables;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Tables with ages in cluster time. */
public final class TableResponses implements TableConverter {
    private final Tables tables = new Tables();
    private final Clock clock;

    public TableResponses(Clock clock) {
        this.clock = clock;
    }

    @Override
    public ObjectNode toTable(
            Resource resource,
            List<ObjectNode> items,
            ObjectNode listMetadata,
            String includeObject,
            boolean withColumns) {
        CustomDefinition.Version custom = resource.custom();
        if (custom != null) {
            return tables.customTable(
                    new CustomColumns(Json.objects(custom.json(), "additionalPrinterColumns")),
                    items,
                    listMetadata,
                    Tables.IncludeObject.of(includeObject),
                    withColumns,
                    clock.now());
        }
        return tables.table(
                resource.apiVersion() + "/" + resource.plural(),
                items,
                listMetadata,
                Tables.IncludeObject.of(includeObject),
                withColumns,
                clock.now());
    }
}
