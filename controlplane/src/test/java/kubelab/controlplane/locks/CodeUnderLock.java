package kubelab.controlplane.locks;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Handle;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Label;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which calls are made while a monitor is held, read from bytecode: in {@code synchronized} methods and blocks, and in
 * whatever they call within these classes. Calls of an interface or of a method that is overridden are followed to each
 * class that has it. A lambda counts as called where it is given to a collection, a stream or an Optional; given to an
 * executor or a field it runs later.
 */
final class CodeUnderLock {
    /** A method: owner's internal name, name and descriptor. */
    record Method(String owner, String name, String descriptor) {
        String shown() {
            // Of a lambda, the method that it is written in.
            return owner.substring(owner.lastIndexOf('/') + 1) + "." + name.replaceAll("lambda\\$(.*)\\$\\d+", "$1");
        }
    }

    private record Call(Method to, boolean locked) {}

    private final Map<Method, List<Call>> calls = new LinkedHashMap<>();
    private final Map<String, Set<String>> subtypes = new HashMap<>();

    /** @param classes folders of class files, or jars */
    CodeUnderLock(Path... classes) throws IOException {
        for (Path place : classes) {
            if (Files.isDirectory(place)) {
                readAll(place);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    readAll(jar.getPath("/"));
                }
            }
        }
    }

    private void readAll(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(f -> f.toString().endsWith(".class")).sorted().forEach(this::read);
        }
    }

    /** Foreign calls under a lock: {@code caller -> foreign method}, each with one way there from where the lock is taken. */
    Map<String, String> foreignCalls(Predicate<Method> foreign) {
        Map<String, String> found = new TreeMap<>();
        calls.forEach((holder, all) ->
                all.stream().filter(Call::locked).forEach(call -> follow(holder, call.to(), foreign, found)));
        return found;
    }

    private void follow(Method holder, Method first, Predicate<Method> foreign, Map<String, String> found) {
        Map<Method, String> ways = new HashMap<>();
        Deque<Map.Entry<Method, Method>> open = new ArrayDeque<>();
        ways.put(first, holder.shown() + " > " + first.shown());
        open.add(Map.entry(holder, first));
        while (!open.isEmpty()) {
            Method from = open.peek().getKey();
            Method next = open.remove().getValue();
            if (foreign.test(next)) {
                found.putIfAbsent(from.shown() + " -> " + next.shown(), ways.get(next));
                continue;
            }
            for (Method target : targets(next)) {
                for (Call call : calls.getOrDefault(target, List.of())) {
                    String way = ways.get(next) + " > " + call.to().shown();
                    if (foreign.test(call.to()) || ways.putIfAbsent(call.to(), way) == null) {
                        ways.putIfAbsent(call.to(), way);
                        open.add(Map.entry(target, call.to()));
                    }
                }
            }
        }
    }

    private Set<Method> targets(Method called) {
        if (called.name().equals("<init>")) {
            return Set.of(called);
        }
        Set<Method> targets = new HashSet<>();
        Deque<String> types = new ArrayDeque<>(List.of(called.owner()));
        while (!types.isEmpty()) {
            String type = types.remove();
            Method here = new Method(type, called.name(), called.descriptor());
            if (calls.containsKey(here)) {
                targets.add(here);
            }
            types.addAll(subtypes.getOrDefault(type, Set.of()));
        }
        return targets;
    }

    private void read(Path file) {
        try {
            new ClassReader(Files.readAllBytes(file)).accept(new Reader(), ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Reader extends ClassVisitor {
        private String owner = "";

        Reader() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            owner = name;
            subtypes.computeIfAbsent(parent, p -> new HashSet<>()).add(name);
            for (String each : interfaces) {
                subtypes.computeIfAbsent(each, p -> new HashSet<>()).add(name);
            }
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            boolean whole = (access & Opcodes.ACC_SYNCHRONIZED) != 0;
            List<Call> own = calls.computeIfAbsent(new Method(owner, name, descriptor), m -> new ArrayList<>());
            return new Body(own, whole ? 1 : 0);
        }
    }

    /** Follows how many monitors are held from instruction to instruction, through jumps and handlers. */
    private static final class Body extends MethodVisitor {
        private final List<Call> calls;
        private final Map<Label, Integer> known = new HashMap<>();
        private final Map<Label, List<Label>> handlers = new HashMap<>();
        private final List<Method> lambdas = new ArrayList<>();
        private int held;
        private boolean reachable = true;

        Body(List<Call> calls, int held) {
            super(Opcodes.ASM9);
            this.calls = calls;
            this.held = held;
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
            handlers.computeIfAbsent(start, s -> new ArrayList<>()).add(handler);
        }

        @Override
        public void visitLabel(Label label) {
            Integer here = known.get(label);
            if (here != null) {
                held = reachable ? Math.max(held, here) : here;
                reachable = true;
            }
            handlers.getOrDefault(label, List.of()).forEach(this::jump);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            jump(label);
            reachable = opcode != Opcodes.GOTO;
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
            visitLookupSwitchInsn(otherwise, new int[0], labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
            jump(otherwise);
            List.of(labels).forEach(this::jump);
            reachable = false;
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.MONITORENTER) {
                held++;
            } else if (opcode == Opcodes.MONITOREXIT) {
                held--;
            } else if (opcode == Opcodes.ATHROW || (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN)) {
                reachable = false;
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle code && !code.getName().equals("<init>")) {
                    lambdas.add(new Method(code.getOwner(), code.getName(), code.getDesc()));
                }
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            calls.add(new Call(new Method(owner, name, descriptor), held > 0));
            boolean collection = owner.startsWith("java/util/")
                    && !owner.startsWith("java/util/concurrent/Exec")
                    && !owner.endsWith("/CompletableFuture");
            // A concurrent map holds a lock of its own meanwhile, the store its writer's.
            boolean locks = collection && (name.startsWith("compute") || name.equals("merge"))
                    || owner.contains("/store/")
                    || owner.endsWith("/apiserver/ObjectStore");
            if (collection || locks) {
                lambdas.forEach(lambda -> calls.add(new Call(lambda, held > 0 || locks)));
            }
            lambdas.clear();
        }

        private void jump(Label label) {
            known.merge(label, held, Math::max);
        }
    }
}
