package kubelab.app.daemon;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kubelab.app.console.Console;
import kubelab.app.workspace.Workspace;

/**
 * What a command asks of the process that holds the background cluster, and the numbers that the answer is made of. The
 * token goes before it. The answer is {@link #TAKEN} or {@link #OTHER_PROGRAM}; then, if taken, pieces of what the command
 * prints (a number for the stream, a length, bytes), and at last {@link #EXIT} with the exit code.
 *
 * @param program the build that asks, see {@link Workspace#fingerprint}
 * @param directory where it was started
 * @param charset what its user's terminal understands
 * @param ends of its streams
 * @param arguments its command line
 */
record DaemonRequest(String program, String directory, String charset, Console.Ends ends, List<String> arguments) {
    static final int TAKEN = 1;
    static final int OTHER_PROGRAM = 2;
    static final int OUT = 3;
    static final int ERR = 4;
    static final int EXIT = 5;
    private static final int MOST_ARGUMENTS = 10_000;

    void write(DataOutputStream to) throws IOException {
        to.writeUTF(program);
        to.writeUTF(directory);
        to.writeUTF(charset);
        to.writeBoolean(ends.outTerminal());
        to.writeBoolean(ends.errTerminal());
        to.writeBoolean(ends.plain());
        to.writeBoolean(ends.log());
        to.writeInt(ends.columns());
        to.writeInt(arguments.size());
        for (String argument : arguments) {
            to.writeUTF(argument);
        }
    }

    static DaemonRequest read(DataInputStream from) throws IOException {
        String program = from.readUTF();
        String directory = from.readUTF();
        String charset = from.readUTF();
        Console.Ends ends = new Console.Ends(
                from.readBoolean(), from.readBoolean(), from.readBoolean(), from.readBoolean(), from.readInt());
        int count = from.readInt();
        if (count < 0 || count > MOST_ARGUMENTS) {
            throw new IOException(count + " arguments");
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(from.readUTF());
        }
        return new DaemonRequest(program, directory, charset, ends, arguments);
    }
}
