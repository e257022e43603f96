package kubelab.app;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The learner's browser. */
final class Browser {
    private Browser() {}

    /** Opens a page; where no browser can be found, the address that was printed has to do. */
    static void open(String page) {
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
            return;
        }
        try {
            File nothing = new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
            new ProcessBuilder(command)
                    .redirectInput(nothing)
                    .redirectOutput(nothing)
                    .redirectError(nothing)
                    .start();
        } catch (IOException e) {
            Terminal.say("No browser could be started; open that address yourself.");
        }
    }
}
