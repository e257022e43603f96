package kubelab.labkit;

/** How {@link Lab#open} finds its implementation: registered under {@code META-INF/services} by the program. */
public interface LabProvider {
    Lab open(String chapter);
}
