package kubelab.controlplane.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchSerializationTest {
    private final KubernetesSerialization ours = new WatchSerialization();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},"
                        + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"}\"}]}}}\n",
                "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Mine\",\"apiVersion\":\"example.com/v1\",\"metadata\":{\"name\":\"a\"}}}",
                "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"}}}",
                "{\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{}},\"type\":\"DELETED\"}",
            })
    void an_event_is_read_as_the_general_way_reads_it(String text) {
        WatchEvent general = new KubernetesSerialization().unmarshal(text, WatchEvent.class);
        assertThat(ours.unmarshal(text, WatchEvent.class)).as(text).isEqualTo(general);
    }

    @Test
    void what_an_event_is_about_has_its_own_class() {
        WatchEvent pod = ours.unmarshal(
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{}}}",
                WatchEvent.class);
        WatchEvent custom = ours.unmarshal(
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Mine\",\"apiVersion\":\"example.com/v1\",\"metadata\":{}}}",
                WatchEvent.class);
        WatchEvent error = ours.unmarshal(
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410}}",
                WatchEvent.class);
        assertThat(pod.getObject()).isInstanceOf(Pod.class);
        assertThat(custom.getObject()).isInstanceOf(GenericKubernetesResource.class);
        assertThat(error.getObject()).isInstanceOf(Status.class);
    }
}
