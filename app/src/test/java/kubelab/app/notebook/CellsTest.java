package kubelab.app.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kubelab.app.lab.Screen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CellsTest {
    private final Cells cells = new Cells(System.getProperty("java.class.path"));

    @AfterEach
    void close() {
        cells.close();
    }

    @Test
    void later_cells_see_what_earlier_ones_defined() {
        assertThat(cells.run("int a = 20;\nint twice(int n) {\n  return 2 * n;\n}")
                        .error())
                .isEmpty();
        assertThat(cells.run("twice(a) + 2").value()).contains("42");
    }

    @Test
    void an_exception_ends_its_cell_only() {
        Cells.Outcome broken = cells.run("int before = 1;\nint zero = 0;\nint x = 1 / zero;\nint after = 2;");
        assertThat(broken.error()).contains("java.lang.ArithmeticException").contains("/ by zero");
        assertThat(cells.run("before").value()).contains("1");
        assertThat(cells.run("after").error())
                .as("what came after the exception")
                .contains("cannot find symbol");
    }

    @Test
    void a_value_that_cannot_say_what_it_is_ends_its_cell_only() {
        Cells.Outcome mute = cells.run("class Mute { public String toString() { return null; } }\nnew Mute()");
        assertThat(mute.value()).isEmpty();
        assertThat(mute.error()).as("what jshell makes of it").contains("JShell could not go on");
        assertThat(cells.run("1 + 1").value()).contains("2");
    }

    @Test
    void a_compiler_message_shows_the_line() {
        assertThat(cells.run("int a = 1;\nString s = a;").error())
                .contains("incompatible types")
                .contains("String s = a;");
    }

    @Test
    void a_class_that_names_what_is_not_there_is_an_error() {
        assertThat(cells.run("class Answer { Missing field; }").error()).contains("Missing");
    }

    @Test
    void an_unfinished_cell_is_an_error() {
        assertThat(cells.run("int f() {\n  return 1;").error()).isNotEmpty();
    }

    @Test
    void an_endless_loop_is_stopped_and_said_to_be() {
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(cells::stop);
        long begin = System.nanoTime();
        assertThat(cells.run("while (true) { Thread.sleep(10); }").error()).contains("stopped");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(cells.run("1 + 1").value()).contains("2");
    }

    @Test
    void the_start_up_script_compiles() throws Exception {
        started();
    }

    @Test
    void imports_keep_earlier_variables() throws Exception {
        started();
        run("var kept = new ArrayList<String>(List.of(\"kept\"));");
        run("import java.util.concurrent.atomic.*;\nimport java.nio.file.*;");
        run("import java.nio.channels.Channel;\nimport java.net.*;\nclass Late {}");
        assertThat(cells.run("kept").value()).contains("[kept]");
    }

    @Test
    void a_helper_that_is_edited_keeps_what_was_made_with_it() throws Exception {
        started();
        run("int g() { return 1; }\nclass Helper { int h() { return 1; } }");
        run("var kept = new ArrayList<Integer>(List.of(g()));\nint v = g();\nvar list = List.of(new Helper().h());");
        run("kept.add(5);\nv = v + 1;");
        for (int i = 2; i < 5; i++) {
            assertThat(run("int g() { return " + i + "; }\nclass Helper { int h() { return " + i + "; } }"))
                    .isEmpty();
        }
        assertThat(cells.run("kept + \" \" + v + \" \" + list + \" \" + g()").value())
                .contains("\"[1, 5] 2 [1] 4\"");
        run("int v = 9;");
        run("int g() { return 7; }");
        assertThat(cells.run("v").value()).as("declared again").contains("9");
    }

    @Test
    void what_is_lost_with_an_edited_class_is_named() throws Exception {
        started();
        run("class Foo { int i; }");
        run("var foo = new Foo();\nvar foos = List.of(foo);\nint other = 1;");
        assertThat(run("class Foo { int j; }"))
                .contains("the variable foo is gone, because this cell changes Foo")
                .contains("Run the cell again that declares foo.")
                .contains("the variable foos is gone")
                .doesNotContain("other");
        run("var foo = new Foo();");
        assertThat(cells.run("foo.j").value()).contains("0");
    }

    @Test
    void a_method_that_uses_what_is_not_declared_names_it() {
        cells.run("void test(Object o) { System.out.println(obj); }");
        assertThat(cells.run("test(\"x\");").error())
                .isEqualTo("The method test cannot be used until this is declared: variable obj."
                        + " Run the cell that declares it, or correct the name.");
        run("int obj = 1;\ntest(\"x\");");
    }

    /** What the cell printed; it must not fail. */
    private String run(String cell) {
        PrintStream out = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(cells.run(cell).error()).isEmpty();
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void started() throws Exception {
        Screen.install((text, html) -> {}, cells.shell());
        run(NotebookProcess.startup());
    }
}
