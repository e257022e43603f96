package kubelab.app.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What it was measured on.
 *
 * @param busy what share of the processors others used before the run, per cent; negative where the system does not tell
 */
public record Machine(
        String processor, int cores, long memoryGiB, String system, String jdk, LocalDate date, double busy) {
    private static final long LOOK_MS = 3000;

    /** Looks for three seconds how busy the machine is. */
    public static Machine look() throws InterruptedException {
        return new Machine(
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                                .getTotalMemorySize()
                        >> 30,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                LocalDate.now(ZoneOffset.UTC),
                busyPercent());
    }

    public String busyText() {
        return busy < 0 ? "unknown" : String.format(Locale.ROOT, "%.0f %%", busy);
    }

    private static String cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static double busyPercent() throws InterruptedException {
        long[] before = ticks();
        Thread.sleep(LOOK_MS);
        long[] after = ticks();
        if (before.length < 5) {
            return -1;
        }
        long all = Arrays.stream(after).sum() - Arrays.stream(before).sum();
        // the fourth is idle, the fifth waits for a disk
        long idle = after[3] + after[4] - before[3] - before[4];
        return all == 0 ? 0 : 100.0 * (all - idle) / all;
    }

    private static long[] ticks() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
            return Arrays.stream(lines.get(0).split(" +"))
                    .skip(1)
                    .limit(8)
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (IOException e) {
            return new long[0];
        }
    }
}
