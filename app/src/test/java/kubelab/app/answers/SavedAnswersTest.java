package kubelab.app.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import kubelab.app.workspace.WrongUse;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SavedAnswersTest {
    private final List<Exercise> exercises =
            Course.load(Path.of(System.getProperty("kubelab.root", ".."))).exercises();

    @Test
    void a_saved_file_names_its_exercise_once(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("src/main/java/kubelab/labs/pods/SharedVolume.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "class SharedVolume {}");
        SavedAnswers saved = new SavedAnswers(new Answers.Folder(folder), exercises);
        assertThat(saved.changed()).as("nothing was saved yet").isEmpty();
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(saved.changed()).containsExactly("pods-2");
        assertThat(saved.changed()).as("told already").isEmpty();
        Files.delete(file);
        assertThat(saved.changed()).as("a deleted file cannot be graded").isEmpty();
        Files.writeString(file, "class SharedVolume { }");
        assertThat(saved.changed()).as("written anew").containsExactly("pods-2");
    }

    @Test
    void a_file_outside_its_packages_folder_is_watched_as_it_is_graded(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("SharedVolume.java"), "class SharedVolume {}");
        SavedAnswers saved = new SavedAnswers(new Answers.Folder(folder), exercises);
        Files.writeString(file, "class SharedVolume { }");
        assertThat(saved.changed()).containsExactly("pods-2");
    }

    @Test
    @Timeout(30)
    void a_save_in_several_steps_is_one_save(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("src/main/java/kubelab/labs/pods/SharedVolume.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "class SharedVolume {}");
        SavedAnswers saved = new SavedAnswers(new Answers.Folder(folder), exercises);
        Files.writeString(file, "");
        Path beside = Files.writeString(folder.resolve("SharedVolume.java~"), "class SharedVolume { int i; }");
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(saved.await()).containsExactly("pods-2");
        assertThat(saved.changed()).as("more to grade").isEmpty();
    }

    @Test
    void another_file_of_the_same_time_and_size_moved_to_its_place_is_a_save(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("src/main/java/kubelab/labs/pods/SharedVolume.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "class SharedVolume {}");
        FileTime time = Files.getLastModifiedTime(file);
        SavedAnswers saved = new SavedAnswers(new Answers.Folder(folder), exercises);
        Path beside = Files.writeString(folder.resolve("SharedVolume.java~"), "class SharedVolume {;");
        Files.setLastModifiedTime(beside, time);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(saved.changed()).containsExactly("pods-2");
    }

    @Test
    void a_namespace_cannot_be_watched() {
        assertThatThrownBy(() -> new SavedAnswers(new Answers.State("mine"), exercises))
                .isInstanceOf(WrongUse.class);
    }
}
