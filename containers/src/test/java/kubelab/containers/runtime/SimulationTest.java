package kubelab.containers.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Containers are simulated: nothing in them can reach a process, a file or a socket of the real machine. */
@AnalyzeClasses(
        packages = {"kubelab.containers.runtime", "kubelab.containers.network"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class SimulationTest {
    @ArchTest
    static final ArchRule NO_HOST_SOCKETS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.Socket")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.ServerSocket")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.nio\\.channels\\.(Server)?SocketChannel")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(URL|URLConnection|http\\..*|InetAddress)");

    @ArchTest
    static final ArchRule NO_HOST_FILES = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.io\\.(File|FileInputStream|FileOutputStream|FileReader|FileWriter|RandomAccessFile)")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.nio\\.file\\.(Paths|FileSystems)")
            .orShould()
            .callMethod(java.nio.file.Path.class, "of", String.class, String[].class);

    @ArchTest
    static final ArchRule NO_HOST_PROCESSES = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(ProcessBuilder|Process|Runtime)");

    @ArchTest
    static final ArchRule TIME_IS_THE_CLOCKS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
