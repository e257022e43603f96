package kubelab.controlplane.apiserver.registry;

import tools.jackson.databind.node.ArrayNode;

/**
 * A group and version that another server serves.
 *
 * @param apiService the name of the APIService that says so
 * @param resources what that server says of itself, as aggregated discovery has it; not changed any more
 * @param current false when that server did not say
 */
public record RemoteVersion(
        String apiService,
        String group,
        String version,
        int groupPriority,
        int versionPriority,
        ArrayNode resources,
        boolean current) {}
