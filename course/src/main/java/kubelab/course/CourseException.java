package kubelab.course;

/** A file of the course is wrong, or a name is not in it; the message names the file or the name, and what is wrong. */
public final class CourseException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public CourseException(String message) {
        super(message);
    }
}
