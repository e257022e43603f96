package kubelab.labs.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** pods-4: a Job that tries again until its parcel is delivered, and gives up after three retries. */
public class RetryingJob implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Job parcel = new JobBuilder()
                .withNewMetadata()
                .withName("parcel")
                .endMetadata()
                .withNewSpec()
                // tag::solution[] retries
                // starter: // TODO pods-4: how often it tries again.
                // starter: .withBackoffLimit(0)
                .withBackoffLimit(3)
                // end::solution[]
                .withNewTemplate()
                .withNewSpec()
                // tag::solution[] restart
                // starter: // TODO pods-4: each attempt is a Pod of its own.
                // starter: .withRestartPolicy("OnFailure")
                .withRestartPolicy("Never")
                // end::solution[]
                .addNewContainer()
                .withName("courier")
                .withImage("busybox:1.36")
                .withEnv(fromGate("OPEN", "open"), fromGate("PARCEL", "parcel"))
                // tag::solution[] command
                // starter: // TODO pods-4: fail while the gate is shut, deliver when it is open.
                // starter: .withCommand("sh", "-c", "echo the gate is open: $OPEN")
                .withCommand("sh", "-c", "[ \"$OPEN\" = yes ] && echo \"delivered $PARCEL\"")
                // end::solution[]
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        client.batch().v1().jobs().inNamespace(namespace).resource(parcel).create();
    }

    /** A variable whose value is read from the ConfigMap gate when a container starts. */
    private static EnvVar fromGate(String variable, String key) {
        return new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewConfigMapKeyRef(key, "gate", false)
                .endValueFrom()
                .build();
    }
}
