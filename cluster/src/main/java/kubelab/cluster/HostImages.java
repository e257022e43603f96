package kubelab.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Archives of the images the host's engine has, so that nodes need not pull them. Deleted when closed. */
record HostImages(List<Path> archives) implements AutoCloseable {
    static HostImages save(List<String> images, Progress progress) {
        List<Path> archives = new ArrayList<>();
        for (String image : images) {
            if (!Docker.hasImage(image)) {
                continue; // the node pulls it when a Pod asks for it
            }
            progress.step("copying image " + image);
            try {
                Path archive = Files.createTempFile("kubelab-image-", ".tar");
                archives.add(archive);
                int colon = image.lastIndexOf(':');
                try (InputStream in = Docker.client()
                        .saveImageCmd(image.substring(0, colon))
                        .withTag(image.substring(colon + 1))
                        .exec()) {
                    Files.copy(in, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                new HostImages(archives).close();
                throw Docker.explain(e, image);
            }
        }
        return new HostImages(List.copyOf(archives));
    }

    @Override
    public void close() {
        for (Path archive : archives) {
            try {
                Files.deleteIfExists(archive);
            } catch (IOException e) {
                // a file in the temporary folder stays behind; the system clears that
            }
        }
    }
}
