// 9 of 10: the addresses are copied by hand, and nobody follows the Pods
package kubelab.labs.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import kubelab.labkit.StateExercise;

/** services-1: one name and one address for the Pods of the Deployment web. */
public class InsideService implements StateExercise {
    @Override
    public void apply(KubernetesClient client, String namespace) {
        Service web = new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
        client.services().inNamespace(namespace).resource(web).create();
        var slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("web-by-hand")
                .addToLabels("kubernetes.io/service-name", "web")
                .endMetadata()
                .withAddressType("IPv4");
        for (Pod pod : client.pods().inNamespace(namespace).withLabel("app", "web").list().getItems()) {
            slice.addNewEndpoint().withAddresses(pod.getStatus().getPodIP()).endEndpoint();
            int port = pod.getSpec().getContainers().get(0).getPorts().get(0).getContainerPort();
            slice.withPorts(new io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder()
                    .withPort(port)
                    .build());
        }
        client.discovery().v1().endpointSlices().inNamespace(namespace).resource(slice.build()).create();
    }
}
