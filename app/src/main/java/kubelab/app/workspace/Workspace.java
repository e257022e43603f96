package kubelab.app.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.cluster.Home;
import kubelab.course.Chapter;
import kubelab.course.Course;
import kubelab.course.Exercise;

/** The checkout the program runs in, and what it is made of. */
public final class Workspace {
    private static final String MAIN = "kubelab.app.Main";

    private Workspace() {}

    /** The folder of the checkout: the launcher says so; a kernel's specification says so in its environment. */
    public static Path root() {
        String given = Optional.ofNullable(System.getProperty("kubelab.root"))
                .or(() -> Optional.ofNullable(System.getenv("KUBELAB_ROOT")))
                .orElse(".");
        Path root = Path.of(given).toAbsolutePath().normalize();
        if (!Files.isDirectory(root.resolve("solutions"))) {
            throw new WrongUse(root + " is no checkout of kubelab. Run ./kubelab from its folder.");
        }
        return root;
    }

    public static Home home() {
        return Home.ofUser();
    }

    /** Where reports and run notebooks go. */
    public static Path output() {
        return root().resolve(".kubelab");
    }

    /** The chapters that are asked for, by topic ({@code pods}), number or file name; all if none is named. */
    public static List<Chapter> chapters(List<String> names) {
        List<Chapter> all = course().chapters().stream()
                .filter(c -> Files.isRegularFile(c.notebook()))
                .toList();
        if (names.isEmpty()) {
            return all;
        }
        return names.stream()
                .map(name -> all.stream()
                        .filter(c -> c.isCalled(name))
                        .findFirst()
                        .orElseThrow(() -> new WrongUse("There is no chapter \"" + name + "\". There are: "
                                + String.join(
                                        ", ", all.stream().map(Chapter::topic).toList()) + ".")))
                .toList();
    }

    public static Course course() {
        return Course.load(root());
    }

    /**
     * Exercises by their ids or chapters; all if none is named.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static List<Exercise> exercises(List<String> names) {
        Course course = course();
        return names.isEmpty()
                ? course.exercises()
                : names.stream()
                        .flatMap(name -> course.named(name).stream())
                        .distinct()
                        .toList();
    }

    /** The solutions' classes: a jar beside the program, or the folder that a build in an IDE fills. */
    public static Path solutions() {
        Path folder = programFolder();
        Path jar = folder.resolve("solutions.jar");
        return Files.exists(jar) ? jar : root().resolve("solutions/target/classes");
    }

    /** Every jar (or folder of classes) of the program. */
    public static List<Path> classPath() {
        Path self = self();
        Path lib = programFolder().resolve("lib");
        List<Path> path = new ArrayList<>(List.of(self));
        if (Files.isRegularFile(self) && Files.isDirectory(lib)) {
            try (Stream<Path> jars = Files.list(lib)) {
                jars.sorted().forEach(path::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return path;
        }
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path p = Path.of(entry).toAbsolutePath();
            if (!p.equals(self)) {
                path.add(p);
            }
        }
        return path;
    }

    static Path programFolder() {
        Path parent = self().getParent();
        return parent == null ? Path.of(".") : parent;
    }

    /** Which program this is: of which clone and build, and in which Java. Two processes that say the same do the same. */
    public static String fingerprint() {
        Path self = self();
        long built = self.toFile().lastModified();
        return String.join(
                "\n",
                root().toString(),
                self.toString(),
                Long.toString(built),
                System.getProperty("java.home"),
                System.getProperty("java.vm.version"));
    }

    private static Path self() {
        try {
            return Path.of(Workspace.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A command line that runs this program once more, up to and without its arguments. */
    public static List<String> again() {
        return again(List.of());
    }

    /** The same in a JVM with further options. */
    public static List<String> again(List<String> options) {
        return java(options, MAIN);
    }

    /** The same in a JVM that holds a cluster. */
    public static List<String> daemon() {
        return daemon(MAIN);
    }

    /**
     * A command line for a JVM that holds a cluster, up to and without its main class. The heap begins small and its
     * young part stays so, whatever the machine has: by default a machine with much memory gives it a 64th at once,
     * and what died long ago stays there until that is full.
     */
    public static List<String> daemon(String mainClass) {
        return java(List.of("-Xmn96m", "-Xms256m"), mainClass);
    }

    /** A command line for a JVM like this one with the program's class path. */
    public static List<String> java(List<String> options, String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        // the class-data archive and what else the launcher found to start fast
        for (String option :
                java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("-XX:SharedArchiveFile")
                    || option.startsWith("-XX:TieredStopAtLevel")
                    || option.startsWith("-Dkubelab.worker.archive")
                    || option.startsWith("-Dkeystore.pkcs12.")
                    || option.startsWith("-Xlog:cds")
                    || option.startsWith("-Xshare")
                    || option.startsWith("-XX:-UsePerfData")
                    || option.startsWith("-XX:+UseSerialGC")) {
                command.add(option);
            }
        }
        command.add("-Dkubelab.root=" + root());
        command.add("-cp");
        Path self = self();
        command.add(
                Files.isRegularFile(self)
                        ? self.toString()
                        : String.join(
                                java.io.File.pathSeparator,
                                classPath().stream().map(Path::toString).toList()));
        command.add(mainClass);
        return command;
    }
}
