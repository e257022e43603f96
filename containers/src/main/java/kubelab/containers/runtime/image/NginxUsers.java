package kubelab.containers.runtime.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import kubelab.containers.runtime.filesystem.FileView;

/** nginx's auth_basic and auth_basic_user_file; passwords in the file are in plain text, {@code user:{PLAIN}password}. */
final class NginxUsers {
    private NginxUsers() {}

    /** What a browser would show; empty or {@code off} where no password is asked for. */
    static String realm(NginxConfig.Directive server, NginxConfig.Directive location) {
        return location.find("auth_basic", server.find("auth_basic", List.of("off")))
                .get(0);
    }

    static boolean lets(
            FileView files, Http.Request request, NginxConfig.Directive server, NginxConfig.Directive location) {
        if (realm(server, location).equals("off")) {
            return true;
        }
        String file = location.find("auth_basic_user_file", server.find("auth_basic_user_file", List.of("")))
                .get(0);
        String given = request.header("authorization");
        if (!given.startsWith("Basic ")) {
            return false;
        }
        try {
            String text =
                    new String(Base64.getDecoder().decode(given.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            String line = text.substring(0, colon + 1) + "{PLAIN}" + text.substring(colon + 1);
            return colon > 0 && files.readText(file).lines().anyMatch(line::equals);
        } catch (IllegalArgumentException | IOException e) {
            return false;
        }
    }
}
