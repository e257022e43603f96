package kubelab.containers.runtime.command;

import java.io.IOException;
import kubelab.containers.runtime.kernel.Task;

/** Names of users and groups, from /etc/passwd and /etc/group. */
final class Users {
    private Users() {}

    /** The number itself when the user has no name. */
    static String name(Task task, long uid) {
        return find(task, "/etc/passwd", uid);
    }

    static String group(Task task, long gid) {
        return find(task, "/etc/group", gid);
    }

    /** @return the number of a user (or group) given by name or number; -1 if unknown */
    static long number(Task task, String file, String name) {
        if (name.matches("\\d+")) {
            return Long.parseLong(name);
        }
        try {
            for (String line : task.files().readText(file).split("\n")) {
                String[] fields = line.split(":");
                if (fields.length > 2 && fields[0].equals(name)) {
                    return Long.parseLong(fields[2]);
                }
            }
        } catch (IOException none) {
            // No such file: nobody has a name.
        }
        return -1;
    }

    private static String find(Task task, String file, long id) {
        String number = Long.toString(id);
        try {
            for (String line : task.files().readText(file).split("\n")) {
                String[] fields = line.split(":");
                if (fields.length > 2 && fields[2].equals(number)) {
                    return fields[0];
                }
            }
        } catch (IOException none) {
            // No such file: nobody has a name.
        }
        return number;
    }
}
