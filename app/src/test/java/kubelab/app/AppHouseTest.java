package kubelab.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package of the program may know which. */
@AnalyzeClasses(packages = "kubelab.app", importOptions = ImportOption.DoNotIncludeTests.class)
class AppHouseTest {

    @ArchTest
    static final ArchRule no_package_is_reached_in_a_circle =
            slices().matching("kubelab.app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_main_knows_the_commands = noClasses()
            .that()
            .resideOutsideOfPackages("kubelab.app", "kubelab.app.command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("kubelab.app.command..");

    @ArchTest
    static final ArchRule no_package_knows_main =
            noClasses().should().dependOnClassesThat(otherThanItself("kubelab.app"));

    @ArchTest
    static final ArchRule the_console_knows_no_other_package = only("kubelab.app.console..");

    @ArchTest
    static final ArchRule the_workspace_knows_no_other_package = only("kubelab.app.workspace..");

    @ArchTest
    static final ArchRule the_daemon_knows_the_terminal_and_the_checkout =
            only("kubelab.app.daemon..", "kubelab.app.console..", "kubelab.app.workspace..");

    @ArchTest
    static final ArchRule answers_know_the_terminal_and_the_checkout =
            only("kubelab.app.answers..", "kubelab.app.console..", "kubelab.app.workspace..");

    /** Of the program's packages the first may know only the others. */
    private static ArchRule only(String first, String... others) {
        return classes()
                .that()
                .resideInAPackage(first)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.or(
                        JavaClass.Predicates.resideOutsideOfPackage("kubelab.app.."),
                        JavaClass.Predicates.resideInAPackage(first),
                        JavaClass.Predicates.resideInAnyPackage(others)));
    }

    private static DescribedPredicate<JavaClass> otherThanItself(String root) {
        return JavaClass.Predicates.resideInAPackage(root).as("are in " + root);
    }
}
