package kubelab.app.command;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The learner's browser. */
final class Browser {
    private Browser() {}

    /** Opens a page. @return false where none can be: the address that was printed has to do then */
    static boolean open(String page) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> command = system.startsWith("windows")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", page)
                : system.startsWith("mac") ? List.of("open", page) : List.of("xdg-open", page);
        boolean screen = system.startsWith("windows")
                || system.startsWith("mac")
                || System.getenv("DISPLAY") != null
                || System.getenv("WAYLAND_DISPLAY") != null
                || System.getenv("WSL_DISTRO_NAME") != null;
        if (!screen) {
            return false;
        }
        try {
            File nothing = new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
            Process process = new ProcessBuilder(command)
                    .redirectInput(nothing)
                    .redirectOutput(nothing)
                    .redirectError(nothing)
                    .start();
            // xdg-open knows within a second or two whether there is a browser; it may also stay as long as that one
            return !process.waitFor(3, TimeUnit.SECONDS) || process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
