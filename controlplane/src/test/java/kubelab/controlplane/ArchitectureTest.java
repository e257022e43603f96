package kubelab.controlplane;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The rules that are the lesson. */
@AnalyzeClasses(packages = "kubelab.controlplane", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule only_the_api_server_touches_the_store = classes()
            .that()
            .resideInAPackage("..controlplane.store..")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("..controlplane.store..", "..controlplane.apiserver..");

    @ArchTest
    static final ArchRule no_old_jackson = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
            .as("Fabric8 8 speaks Jackson 3: nobody may use Jackson 2's databind");

    @ArchTest
    static final ArchRule only_the_clock_knows_the_time = noClasses()
            .that()
            .resideOutsideOfPackages("..containers.clock..", "..controlplane.pki..", "..controlplane.authentication..")
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
            .as("time comes from the cluster's clock (certificates and tokens live on wall time)");

    @ArchTest
    static final ArchRule the_api_server_knows_no_component = noClasses()
            .that()
            .resideInAPackage("..controlplane.apiserver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..controlplane.kubelet..",
                    "..controlplane.scheduler..",
                    "..controlplane.controllermanager..",
                    "..containers.runtime..",
                    "..containers.network..",
                    "..controlplane.listener..",
                    "..controlplane.transport..");

    /** The metrics server is missing: until APIs are aggregated it is a handler inside the API server. */
    @ArchTest
    static final ArchRule components_reach_state_through_a_client = noClasses()
            .that()
            .resideInAnyPackage(
                    "..controlplane.kubelet..",
                    "..controlplane.scheduler..",
                    "..controlplane.controllermanager..",
                    "..controlplane.kubeproxy..",
                    "..controlplane.networkpolicy..",
                    "..controlplane.dns..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..controlplane.store..", "..controlplane.transport..", "..controlplane.apiserver..");

    @ArchTest
    static final ArchRule packages_of_the_api_server_know_each_other_in_one_direction =
            slices().matching("..controlplane.apiserver.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_parts_of_the_api_server_do_not_know_the_whole = noClasses()
            .that()
            .resideInAPackage("..controlplane.apiserver.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..controlplane.apiserver");

    @ArchTest
    static final ArchRule components_do_not_know_each_other = slices().matching(
                    "kubelab.controlplane.(kubelet|scheduler|controllermanager|kubeproxy|networkpolicy|dns)..")
            .should()
            .notDependOnEachOther();

    /** Each package below controllermanager is a controller, but for the loop that all of them run in. */
    @ArchTest
    static final ArchRule controllers_do_not_know_each_other = slices().matching("..controllermanager.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    JavaClass.Predicates.resideInAPackage("..controllermanager.."),
                    JavaClass.Predicates.resideInAPackage("..controllermanager.loop.."));

    @ArchTest
    static final ArchRule packages_say_what_they_are = classes()
            .that(new DescribedPredicate<JavaClass>("are public and top level") {
                @Override
                public boolean test(JavaClass javaClass) {
                    return javaClass.isTopLevelClass()
                            && javaClass.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC);
                }
            })
            .should(new com.tngtech.archunit.lang.ArchCondition<JavaClass>("be in a @NullMarked package") {
                @Override
                public void check(JavaClass javaClass, com.tngtech.archunit.lang.ConditionEvents events) {
                    boolean marked = javaClass.getPackage().getAnnotations().stream()
                            .anyMatch(a -> a.getRawType().getSimpleName().equals("NullMarked"));
                    if (!marked) {
                        events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                javaClass, javaClass.getName() + " is in a package without @NullMarked"));
                    }
                }
            });
}
