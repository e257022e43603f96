package kubelab.app.lab;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import jdk.jshell.JShell;

/** Where a cell's rich outputs go: the kernel that runs the notebook, or our own runner. */
public interface Screen {
    /** Shows HTML, with a text for where there is no HTML. */
    void show(String text, String html);

    /** Makes a runner's screen and shell known to the labs of this JVM. */
    static void install(Screen screen, JShell shell) {
        // Cells and runner share this JVM but not always a class loader; the system's properties are common ground.
        System.getProperties().put(Screen.class.getName(), screen);
        System.getProperties().put(JShell.class.getName(), shell);
    }

    static Screen find() {
        if (System.getProperties().get(Screen.class.getName()) instanceof Screen screen) {
            return screen;
        }
        return kernel().<Screen>map(kernel -> (text, html) -> {
                    try {
                        Method display = null;
                        for (Method m : kernel.getClass().getMethods()) {
                            if (m.getName().equals("display") && m.getParameterCount() == 1) {
                                display = m;
                            }
                        }
                        if (display == null) {
                            System.out.println(text);
                            return;
                        }
                        Object data = display.getParameterTypes()[0]
                                .getDeclaredConstructor()
                                .newInstance();
                        data.getClass().getMethod("putText", String.class).invoke(data, text);
                        data.getClass().getMethod("putHTML", String.class).invoke(data, html);
                        display.invoke(kernel, data);
                    } catch (ReflectiveOperationException e) {
                        System.out.println(text);
                    }
                })
                .orElse((text, html) -> System.out.println(text));
    }

    /** The shell that evaluates the cells. */
    static Optional<JShell> shell() {
        if (System.getProperties().get(JShell.class.getName()) instanceof JShell shell) {
            return Optional.of(shell);
        }
        return kernel().flatMap(kernel -> {
            try {
                return Optional.of(
                        (JShell) kernel.getClass().getMethod("getJShell").invoke(kernel)); // JJava
            } catch (ReflectiveOperationException e) {
                return shellOfIJava(kernel);
            }
        });
    }

    private static Optional<JShell> shellOfIJava(Object kernel) {
        try {
            Field field = kernel.getClass().getDeclaredField("evaluator");
            field.setAccessible(true);
            Object evaluator = field.get(kernel);
            return Optional.of(
                    (JShell) evaluator.getClass().getMethod("getShell").invoke(evaluator));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    /** The Jupyter kernel of this JVM; both known ones hold it in a static. */
    private static Optional<Object> kernel() {
        for (String[] known : new String[][] {
            {"org.dflib.jjava.jupyter.kernel.BaseKernel", "notebookKernel"},
            {"io.github.spencerpark.ijava.IJava", "getKernelInstance"}
        }) {
            try {
                Class<?> type = Class.forName(known[0], true, ClassLoader.getSystemClassLoader());
                return Optional.ofNullable(type.getMethod(known[1]).invoke(null));
            } catch (ReflectiveOperationException e) {
                // not this one
            }
        }
        return Optional.empty();
    }
}
