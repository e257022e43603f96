package kubelab.app.lab;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.UUID;
import jdk.jshell.JShell;

/** Where a cell's rich outputs go: the kernel that runs the notebook, or our own runner. */
public interface Screen {
    /** Shows HTML, with a text for where there is no HTML. */
    void show(String text, String html);

    /** An output that can be drawn anew. Where that is not possible, only what it was at last is shown. */
    default Live live() {
        return new Live() {
            private String text = "";
            private String html = "";

            @Override
            public void draw(String text, String html) {
                this.text = text;
                this.html = html;
            }

            @Override
            public void close() {
                show(text, html);
            }
        };
    }

    /** To be called from the cell's own thread. */
    interface Live extends AutoCloseable {
        void draw(String text, String html);

        @Override
        void close();
    }

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
        return kernel().<Screen>map(KernelScreen::new).orElse((text, html) -> System.out.println(text));
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

    /** JJava and IJava have the same classes under different names. */
    record KernelScreen(Object kernel) implements Screen {
        @Override
        public void show(String text, String html) {
            send("display", "", text, html);
        }

        @Override
        public Live live() {
            String id = "kubelab-" + UUID.randomUUID();
            return new Live() {
                private boolean drawn;

                @Override
                public void draw(String text, String html) {
                    send(drawn ? "updateDisplay" : "display", id, text, html);
                    drawn = true;
                }

                @Override
                public void close() {}
            };
        }

        private void send(String how, String id, String text, String html) {
            try {
                Object io = kernel.getClass().getMethod("getIO").invoke(kernel);
                Object display = io.getClass().getField("display").get(io);
                for (Method method : display.getClass().getMethods()) {
                    if (method.getName().equals(how)
                            && method.getParameterCount() == 1
                            && method.getParameterTypes()[0].getSimpleName().equals("DisplayData")) {
                        Object data = method.getParameterTypes()[0]
                                .getDeclaredConstructor()
                                .newInstance();
                        data.getClass().getMethod("putText", String.class).invoke(data, text);
                        data.getClass().getMethod("putHTML", String.class).invoke(data, html);
                        if (!id.isEmpty()) {
                            data.getClass()
                                    .getMethod("setDisplayId", String.class)
                                    .invoke(data, id);
                        }
                        method.invoke(display, data);
                        return;
                    }
                }
                System.out.println(text);
            } catch (ReflectiveOperationException e) {
                System.out.println(text);
            }
        }
    }
}
