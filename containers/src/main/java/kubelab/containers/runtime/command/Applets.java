package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.List;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.shell.Shell;
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
            case "cat", "more", "less" -> TextCommands::cat;
            case "cut" -> TextCommands::cut;
            case "grep", "egrep", "fgrep" -> TextCommands::grep;
            case "head" -> TextCommands::head;
            case "tail" -> TextCommands::tail;
            case "tr" -> TextCommands::tr;
            case "wc" -> TextCommands::wc;
            case "awk" -> Awk::main;
            case "sed" -> Sed::main;
            case "cmp" -> SortCommands::cmp;
            case "comm" -> SortCommands::comm;
            case "diff" -> SortCommands::diff;
            case "fold" -> SortCommands::fold;
            case "nl" -> SortCommands::nl;
            case "paste" -> SortCommands::paste;
            case "rev" -> SortCommands::rev;
            case "sort" -> SortCommands::sort;
            case "tac" -> SortCommands::tac;
            case "uniq" -> SortCommands::uniq;
            case "chgrp", "chown" -> FileCommands::chown;
            case "chmod" -> FileCommands::chmod;
            case "cp" -> FileCommands::cp;
            case "ln" -> FileCommands::ln;
            case "ls" -> FileCommands::ls;
            case "mkdir" -> FileCommands::mkdir;
            case "mv" -> FileCommands::mv;
            case "rm" -> FileCommands::rm;
            case "rmdir" -> FileCommands::rmdir;
            case "touch" -> FileCommands::touch;
            case "basename" -> FindCommands::basename;
            case "df" -> FindCommands::df;
            case "dirname" -> FindCommands::dirname;
            case "du" -> FindCommands::du;
            case "find" -> FindCommands::find;
            case "mktemp" -> FindCommands::mktemp;
            case "readlink", "realpath" -> FindCommands::readlink;
            case "stat" -> FindCommands::stat;
            case "tar" -> Tar::main;
            case "gzip", "gunzip", "zcat" -> Gzip::main;
            case "tee" -> FindCommands::tee;
            case "xargs" -> FindCommands::xargs;
            default -> findSystem(name);
        };
    }

    private static @Nullable Program findSystem(String name) {
        return switch (name) {
            case "base64" -> SystemCommands::base64;
            case "date" -> SystemCommands::date;
            case "dd" -> SystemCommands::dd;
            case "env" -> SystemCommands::env;
            case "expr" -> SystemCommands::expr;
            case "free" -> SystemCommands::free;
            case "id" -> SystemCommands::id;
            case "md5sum" -> task -> SystemCommands.digest(task, "MD5");
            case "mount" -> SystemCommands::mount;
            case "od", "hexdump", "xxd" -> SystemCommands::od;
            case "printenv" -> SystemCommands::printenv;
            case "sha1sum" -> task -> SystemCommands.digest(task, "SHA-1");
            case "sha256sum" -> task -> SystemCommands.digest(task, "SHA-256");
            case "sha512sum" -> task -> SystemCommands.digest(task, "SHA-512");
            case "uname" -> SystemCommands::uname;
            case "uptime" -> SystemCommands::uptime;
            case "watch" -> SystemCommands::watch;
            case "which" -> SystemCommands::which;
            case "whoami" -> SystemCommands::whoami;
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
            case "hostname" -> NetworkCommands::hostname;
            case "httpd" -> Httpd::main;
            case "ifconfig" -> NetworkCommands::ifconfig;
            case "ip" -> NetworkCommands::ip;
            case "nc" -> NetworkCommands::nc;
            case "netstat" -> NetworkCommands::netstat;
            case "nslookup" -> NetworkCommands::nslookup;
            case "ping" -> NetworkCommands::ping;
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
