package kubelab.containers.runtime.image;

import kubelab.containers.runtime.filesystem.ImageLayer;

/** What the nginx image has besides its program. */
final class NginxFiles {
    private NginxFiles() {}

    static ImageLayer.Builder add(ImageLayer.Builder layer, String tag) {
        return layer.program("/usr/sbin/nginx", "nginx", 1_264_552)
                .file("/docker-entrypoint.sh", 0755, "#!/bin/sh\nexec \"$@\"\n")
                .file("/usr/share/nginx/html/index.html", 0644, page(tag))
                .file("/etc/nginx/nginx.conf", 0644, CONFIG)
                .file("/etc/nginx/mime.types", 0644, "types {\n    text/html html htm;\n    text/plain txt;\n}\n")
                .file("/etc/nginx/conf.d/default.conf", 0644, SERVER)
                .directory("/var/cache/nginx", 0755, 101, 0)
                .link("/var/log/nginx/access.log", "/dev/stdout")
                .link("/var/log/nginx/error.log", "/dev/stderr");
    }

    private static String page(String tag) {
        return """
                <!DOCTYPE html>
                <html>
                <head><title>Welcome to nginx!</title></head>
                <body>
                <h1>Welcome to nginx!</h1>
                <p>This page comes from the image with the tag %s.</p>
                </body>
                </html>
                """.formatted(tag);
    }

    private static final String CONFIG = """
            user nginx;
            worker_processes auto;
            error_log /var/log/nginx/error.log notice;
            pid /run/nginx.pid;
            events {
                worker_connections 1024;
            }
            http {
                include /etc/nginx/mime.types;
                default_type application/octet-stream;
                access_log /var/log/nginx/access.log main;
                sendfile on;
                keepalive_timeout 65;
                include /etc/nginx/conf.d/*.conf;
            }
            """;

    private static final String SERVER = """
            server {
                listen 80;
                server_name localhost;
                location / {
                    root /usr/share/nginx/html;
                    index index.html index.htm;
                }
                error_page 500 502 503 504 /50x.html;
                location = /50x.html {
                    root /usr/share/nginx/html;
                }
            }
            """;
}
