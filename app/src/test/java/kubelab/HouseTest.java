package kubelab;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import kubelab.labkit.Component;
import kubelab.labkit.component.Harness;

/** The arrows of docs/decisions/0001: who may know whom. */
@AnalyzeClasses(packages = "kubelab", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

    @ArchTest
    static final ArchRule the_control_plane_knows_nothing_of_the_course = noClasses()
            .that()
            .resideInAPackage("kubelab.controlplane..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "kubelab.labkit..",
                    "kubelab.course..",
                    "kubelab.cluster..",
                    "kubelab.grader..",
                    "kubelab.app..",
                    "kubelab.publisher..");

    @ArchTest
    static final ArchRule containers_know_nothing_of_ours = classes()
            .that()
            .resideInAPackage("kubelab.containers..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "kubelab.containers..",
                    "java..",
                    "com.google.common.jimfs..",
                    "org.apache.commons.compress..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule labs_are_written_against_the_kubernetes_client_only = classes()
            .that()
            .resideInAPackage("kubelab.labkit..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("kubelab.labkit..", "java..", "io.fabric8..", "org.jspecify..");

    @ArchTest
    static final ArchRule what_the_course_is_says_nothing_of_who_reads_it = classes()
            .that()
            .resideInAPackage("kubelab.course..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("kubelab.course..", "java..", "org.snakeyaml.engine..", "org.jspecify..");

    @ArchTest
    static final ArchRule a_cluster_does_not_know_who_uses_it = noClasses()
            .that()
            .resideInAPackage("kubelab.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kubelab.course..", "kubelab.grader..", "kubelab.app..", "kubelab.publisher..");

    @ArchTest
    static final ArchRule the_grader_loads_answers_by_name_and_cannot_look_them_up = noClasses()
            .that()
            .resideInAPackage("kubelab.grader..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kubelab.app..", "kubelab.publisher..", "kubelab.labs..");

    @ArchTest
    static final ArchRule the_publisher_knows_the_course_and_files = noClasses()
            .that()
            .resideInAPackage("kubelab.publisher..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "kubelab.labkit..",
                    "kubelab.controlplane..",
                    "kubelab.cluster..",
                    "kubelab.grader..",
                    "kubelab.app..",
                    "io.fabric8..");

    /** A new kind is an interface and a harness: grader, notebook and worker learn nothing. */
    @ArchTest
    static final ArchRule only_checks_know_a_kind_of_component = noClasses()
            .that()
            .resideInAnyPackage("kubelab.app..", "kubelab.labkit.worker..", "kubelab.grader..")
            .and()
            .resideOutsideOfPackages("kubelab.grader.checks..", "kubelab.grader.looks..")
            .should()
            .dependOnClassesThat(assignableTo(Component.class)
                    .or(assignableTo(Harness.class))
                    .and(resideInAPackage("kubelab.labkit.."))
                    .and(not(equivalentTo(Component.class)))
                    .and(not(equivalentTo(Harness.class)))
                    .and(not(resideInAPackage("kubelab.labkit.worker.."))));

    @ArchTest
    static final ArchRule no_module_depends_on_itself_in_a_circle =
            slices().matching("kubelab.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule json_is_jackson_3 = noClasses()
            .that()
            .resideInAPackage("kubelab..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..");

    /** Labs and labkit depend on no other module, so they cannot use it; a learner calls {@code setDaemon} in the answer. */
    @ArchTest
    static final ArchRule daemon_threads_are_made_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackages("kubelab.containers.host..", "kubelab.labkit..", "kubelab.labs..")
            .should()
            .callMethod(Thread.class, "setDaemon", boolean.class);
}
