package kubelab.containers.runtime.image;

/** How an image is called in full: with registry, repository and tag. */
public final class ImageName {
    private ImageName() {}

    /** {@code nginx} → {@code docker.io/library/nginx:latest}. */
    public static String canonical(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String name = hasRegistry ? image : slash < 0 ? "docker.io/library/" + image : "docker.io/" + image;
        if (name.startsWith("index.docker.io/")) {
            name = "docker.io/" + name.substring("index.docker.io/".length());
        }
        if (name.startsWith("docker.io/") && name.indexOf('/', "docker.io/".length()) < 0) {
            name = "docker.io/library/" + name.substring("docker.io/".length());
        }
        if (name.contains("@")) {
            return name;
        }
        return name.indexOf(':', name.lastIndexOf('/')) < 0 ? name + ":latest" : name;
    }
}
