package kubelab.controlplane.runtime.command;

import java.io.IOException;
import java.util.List;
import kubelab.controlplane.runtime.filesystem.FileException;
import kubelab.controlplane.runtime.kernel.Program;
import kubelab.controlplane.runtime.kernel.Task;
import kubelab.controlplane.runtime.shell.Shell;
import org.jspecify.annotations.Nullable;

/** Which command a name stands for. A command's class is loaded when it is first used. */
public final class Applets {
    /** The program in /bin/busybox: does what its first word says. */
    public static final Program BUSYBOX = Applets::run;

    private static final List<String> NAMES = List.of(
            "[",
            "[[",
            "arch",
            "ash",
            "awk",
            "base64",
            "basename",
            "cat",
            "chgrp",
            "chmod",
            "chown",
            "clear",
            "cmp",
            "comm",
            "cp",
            "cut",
            "date",
            "dd",
            "df",
            "diff",
            "dirname",
            "du",
            "echo",
            "egrep",
            "env",
            "expr",
            "false",
            "fgrep",
            "find",
            "fold",
            "free",
            "grep",
            "gunzip",
            "gzip",
            "head",
            "hexdump",
            "hostname",
            "httpd",
            "id",
            "ifconfig",
            "ip",
            "kill",
            "killall",
            "less",
            "ln",
            "ls",
            "md5sum",
            "mkdir",
            "mktemp",
            "more",
            "mount",
            "mv",
            "nc",
            "netstat",
            "nl",
            "nohup",
            "nproc",
            "nslookup",
            "od",
            "paste",
            "pgrep",
            "pidof",
            "ping",
            "pkill",
            "printenv",
            "printf",
            "ps",
            "pwd",
            "readlink",
            "realpath",
            "rev",
            "rm",
            "rmdir",
            "sed",
            "seq",
            "sh",
            "sha1sum",
            "sha256sum",
            "sha512sum",
            "sleep",
            "sort",
            "stat",
            "stty",
            "sync",
            "tac",
            "tail",
            "tar",
            "tee",
            "test",
            "time",
            "timeout",
            "top",
            "touch",
            "tr",
            "true",
            "tty",
            "umount",
            "uname",
            "uniq",
            "uptime",
            "usleep",
            "watch",
            "wc",
            "wget",
            "which",
            "whoami",
            "xargs",
            "xxd",
            "yes",
            "zcat");

    private Applets() {}

    public static List<String> names() {
        return NAMES;
    }

    /** @return null when there is no such applet */
    public static @Nullable Program find(String name) {
        return switch (name) {
            case "sh", "ash" -> Shell::main;
            case "[", "[[", "test" -> task -> TestCommand.run(task, task.arguments());
            case "true", "sync", "clear", "stty" -> task -> 0;
            case "false" -> task -> 1;
            case "echo" -> Basics::echo;
            case "printf" -> Basics::printf;
            case "seq" -> Basics::seq;
            case "sleep" -> Basics::sleep;
            case "usleep" -> Basics::usleep;
            case "yes" -> Basics::yes;
            case "cat", "more", "less" -> Text::cat;
            case "cut" -> Text::cut;
            case "grep", "egrep", "fgrep" -> Text::grep;
            case "head" -> Text::head;
            case "tail" -> Text::tail;
            case "tr" -> Text::tr;
            case "wc" -> Text::wc;
            case "awk" -> Awk::main;
            case "sed" -> Sed::main;
            case "cmp" -> Sorting::cmp;
            case "comm" -> Sorting::comm;
            case "diff" -> Sorting::diff;
            case "fold" -> Sorting::fold;
            case "nl" -> Sorting::nl;
            case "paste" -> Sorting::paste;
            case "rev" -> Sorting::rev;
            case "sort" -> Sorting::sort;
            case "tac" -> Sorting::tac;
            case "uniq" -> Sorting::uniq;
            case "chgrp", "chown" -> Files::chown;
            case "chmod" -> Files::chmod;
            case "cp" -> Files::cp;
            case "ln" -> Files::ln;
            case "ls" -> Files::ls;
            case "mkdir" -> Files::mkdir;
            case "mv" -> Files::mv;
            case "rm" -> Files::rm;
            case "rmdir" -> Files::rmdir;
            case "touch" -> Files::touch;
            case "basename" -> Paths::basename;
            case "df" -> Paths::df;
            case "dirname" -> Paths::dirname;
            case "du" -> Paths::du;
            case "find" -> Paths::find;
            case "mktemp" -> Paths::mktemp;
            case "readlink", "realpath" -> Paths::readlink;
            case "stat" -> Paths::stat;
            case "tar" -> Tar::main;
            case "gzip", "gunzip", "zcat" -> Gzip::main;
            case "tee" -> Paths::tee;
            case "xargs" -> Paths::xargs;
            default -> findSystem(name);
        };
    }

    private static @Nullable Program findSystem(String name) {
        return switch (name) {
            case "base64" -> Machinery::base64;
            case "date" -> Machinery::date;
            case "dd" -> Machinery::dd;
            case "env" -> Machinery::env;
            case "expr" -> Machinery::expr;
            case "free" -> Machinery::free;
            case "id" -> Machinery::id;
            case "md5sum" -> task -> Machinery.digest(task, "MD5");
            case "mount" -> Machinery::mount;
            case "od", "hexdump", "xxd" -> Machinery::od;
            case "printenv" -> Machinery::printenv;
            case "sha1sum" -> task -> Machinery.digest(task, "SHA-1");
            case "sha256sum" -> task -> Machinery.digest(task, "SHA-256");
            case "sha512sum" -> task -> Machinery.digest(task, "SHA-512");
            case "uname" -> Machinery::uname;
            case "uptime" -> Machinery::uptime;
            case "watch" -> Machinery::watch;
            case "which" -> Machinery::which;
            case "whoami" -> Machinery::whoami;
            case "arch" -> task -> print(task, "x86_64");
            case "pwd" -> task -> print(task, task.directory());
            case "tty" -> task -> print(task, "not a tty") + 1;
            case "umount" ->
                task -> Usage.error(task, "can't unmount " + task.argument(1) + ": Operation not permitted");
            case "kill" -> Processes::kill;
            case "killall" -> Processes::killall;
            case "nproc" -> Processes::nproc;
            case "pgrep", "pkill" -> Processes::pkill;
            case "pidof" -> Processes::pidof;
            case "ps" -> Processes::ps;
            case "time" -> Processes::time;
            case "nohup" -> Processes::nohup;
            case "timeout" -> Processes::timeout;
            case "top" -> Processes::top;
            case "hostname" -> Net::hostname;
            case "httpd" -> Httpd::main;
            case "ifconfig" -> Net::ifconfig;
            case "ip" -> Net::ip;
            case "nc" -> Net::nc;
            case "netstat" -> Net::netstat;
            case "nslookup" -> Net::nslookup;
            case "ping" -> Net::ping;
            case "wget" -> Wget::main;
            default -> null;
        };
    }

    private static int print(Task task, String text) throws IOException {
        task.out().println(text);
        return 0;
    }

    private static int run(Task task) throws IOException, InterruptedException {
        String word = task.argument(0);
        String name = word.substring(word.lastIndexOf('/') + 1);
        if (name.equals("busybox")) {
            if (task.arguments().size() < 2) {
                return print(task, Usage.BANNER);
            }
            task.rename(task.arguments().subList(1, task.arguments().size()));
            name = task.argument(0);
        }
        // Scripts without a first line are run under the name that they were called by.
        Program applet = find(name.startsWith("-") ? name.substring(1) : name);
        if (applet == null) {
            task.err().print(name + ": applet not found\n");
            return 127;
        }
        try {
            return applet.run(task);
        } catch (FileException e) {
            return Usage.error(task, String.valueOf(e.getMessage()));
        } catch (NumberFormatException e) {
            return Usage.error(task, "invalid number '" + task.argument(1) + "'");
        }
    }
}
