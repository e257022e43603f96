package kubelab.controlplane.controllermanager.loop;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

class InformersTest {
    /** A component that is stopped at once after its start: its cache is closed before its thread comes to start it. */
    @Test
    void a_cache_that_is_closed_before_it_begins_is_no_failure() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().bare().start()) {
            var pods = new ResourceDefinitionContext.Builder()
                    .withVersion("v1")
                    .withKind("Pod")
                    .withPlural("pods")
                    .withNamespaced(true)
                    .build();
            Informers.Cached<?> cache = Informers.custom(cluster.client(), cluster.clock(), pods);
            cache.close();
            assertThatCode(cache::start).doesNotThrowAnyException();
        }
    }
}
