package kubelab.app.workspace;

/** What the program ends with; 0 is all well. */
public final class ExitCode {
    public static final int FAILED = 1;
    public static final int WRONG_USE = 2;
    public static final int NOT_TRIED = 3;
    public static final int NOT_BEGUN = 4;

    private ExitCode() {}
}
