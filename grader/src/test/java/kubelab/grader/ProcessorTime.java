package kubelab.grader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process and those it has started have used of the processors, in seconds. Only Linux tells; elsewhere it is 0.
 *
 * @param own user and system time of this process
 * @param ended the same of its children that have ended
 */
record ProcessorTime(double own, double ended) {
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final double TICKS = 100;
    /** Where utime is, counted after the program's name, which may hold blanks. */
    private static final int UTIME = 11;

    static ProcessorTime now() {
        if (!Files.isReadable(STAT)) {
            return new ProcessorTime(0, 0);
        }
        try {
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new ProcessorTime(sum(fields, UTIME), sum(fields, UTIME + 2));
        } catch (IOException e) {
            return new ProcessorTime(0, 0);
        }
    }

    ProcessorTime since(ProcessorTime before) {
        return new ProcessorTime(own - before.own, ended - before.ended);
    }

    private static double sum(String[] fields, int first) {
        return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) / TICKS;
    }
}
