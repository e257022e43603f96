package kubelab.controlplane.apiserver.strategy;

import tools.jackson.databind.node.ObjectNode;

/** Budgets begin with nothing allowed: nothing has been counted yet. */
final class DisruptionBudgetStrategy implements Strategy {
    @Override
    public void prepareForCreate(ObjectNode budget) {
        budget.putObject("status")
                .put("disruptionsAllowed", 0)
                .put("currentHealthy", 0)
                .put("desiredHealthy", 0)
                .put("expectedPods", 0);
    }
}
