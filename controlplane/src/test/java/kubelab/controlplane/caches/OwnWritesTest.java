package kubelab.controlplane.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

class OwnWritesTest {
    private final OwnWrites<ConfigMap> writes = new OwnWrites<>();

    @Test
    void own_write_counts_until_the_watch_has_caught_up() {
        writes.wrote(map("9"));
        assertThat(writes.newest(map("8"))).isEqualTo(map("9"));
        assertThat(writes.newest(map("10"))).isEqualTo(map("10"));
        assertThat(writes.newest(map("8"))).as("after the watch had caught up").isEqualTo(map("8"));
    }

    @Test
    void what_is_gone_is_gone() {
        writes.wrote(map("9"));
        assertThat(writes.newest(null, "lab/a")).isEmpty();
        writes.wrote(map("9"));
        writes.forget("lab/a");
        assertThat(writes.newest(map("8"))).isEqualTo(map("8"));
    }

    private static ConfigMap map(String version) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("lab")
                .withName("a")
                .withResourceVersion(version)
                .endMetadata()
                .build();
    }
}
