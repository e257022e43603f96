package kubelab.containers;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A node's containers know nothing of Kubernetes' API, and only the clock knows the time. */
@AnalyzeClasses(packages = "kubelab.containers", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule containers_do_not_know_kubernetes = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "kubelab.controlplane..", "tools.jackson..", "com.fasterxml..");

    @ArchTest
    static final ArchRule rooms_build_on_one_another =
            slices().matching("kubelab.containers.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_clock_knows_the_time = noClasses()
            .that()
            .resideOutsideOfPackage("kubelab.containers.clock..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .as("time comes from the cluster's clock");
}
