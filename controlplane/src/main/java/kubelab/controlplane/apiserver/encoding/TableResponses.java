package kubelab.controlplane.apiserver.encoding;

import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.Resource;
import kubelab.controlplane.apiserver.TableConverter;
import kubelab.controlplane.apiserver.table.Tables;
import tools.jackson.databind.node.ObjectNode;

/** Tables with ages in cluster time. */
final class TableResponses implements TableConverter {
    private final Tables tables = new Tables();
    private final Clock clock;

    TableResponses(Clock clock) {
        this.clock = clock;
    }

    @Override
    public ObjectNode toTable(
            Resource resource,
            List<ObjectNode> items,
            ObjectNode listMetadata,
            String includeObject,
            boolean withColumns) {
        return tables.table(
                resource.apiVersion() + "/" + resource.plural(),
                items,
                listMetadata,
                Tables.IncludeObject.of(includeObject),
                withColumns,
                clock.now());
    }
}
