package kubelab.controlplane.apiserver.strategy;

import java.util.function.BiPredicate;
import tools.jackson.databind.node.ObjectNode;

/** A definition would be taken for a promise: clients wait until its kind is served. */
final class CustomResourceDefinitionStrategy implements Strategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/apiextensions.k8s.io/customresourcedefinitions/";
    }

    @Override
    public String refusal(ObjectNode definition, BiPredicate<String, String> serves) {
        return "this cluster does not serve custom resources";
    }
}
