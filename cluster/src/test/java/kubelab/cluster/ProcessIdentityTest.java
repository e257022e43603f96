package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    private final ProcessIdentity self = ProcessIdentity.self();

    @Test
    void a_running_process_is_alive_and_survives_being_written_to_labels() {
        assertThat(self.isDead()).isFalse();
        assertThat(ProcessIdentity.fromLabels(self.labels())).contains(self);
    }

    @Test
    void another_process_with_the_same_pid_is_not_the_owner() {
        assertThat(new ProcessIdentity(self.pid(), self.start() - 60_000, self.boot(), self.host()).isDead())
                .isTrue();
    }

    @Test
    void no_process_of_an_earlier_boot_is_alive() {
        assertThat(new ProcessIdentity(self.pid(), self.start(), "earlier", self.host()).isDead())
                .isTrue();
    }

    @Test
    void what_another_machine_owns_counts_as_alive() {
        assertThat(new ProcessIdentity(1, 1, "earlier", "elsewhere").isDead()).isFalse();
    }
}
