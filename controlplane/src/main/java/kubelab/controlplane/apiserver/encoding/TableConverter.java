package kubelab.controlplane.apiserver.encoding;

import java.util.List;
import kubelab.controlplane.apiserver.registry.Resource;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code meta.k8s.io/v1 Table} objects, what kubectl get prints. */
public interface TableConverter {
    /**
     * @param listMetadata goes into the table as it is: resourceVersion, continue, remainingItemCount
     * @param includeObject {@code None}, {@code Metadata} or {@code Object}
     * @param withColumns false for all but the first event of a watch: {@code columnDefinitions} stays null
     */
    ObjectNode toTable(
            Resource resource,
            List<ObjectNode> items,
            ObjectNode listMetadata,
            String includeObject,
            boolean withColumns);
}
