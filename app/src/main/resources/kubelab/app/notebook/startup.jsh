import io.fabric8.kubernetes.api.model.*;
import io.fabric8.kubernetes.api.model.apps.*;
import io.fabric8.kubernetes.api.model.batch.v1.*;
import io.fabric8.kubernetes.client.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.*;
import java.util.stream.*;
import kubelab.labkit.*;
Lab lab = null;
Lab opened() { if (lab == null) { throw new IllegalStateException("There is no lab yet: run the notebook's first cell, Lab.open(...). A kernel that was restarted has forgotten it."); } return lab; }
void show(Object value) { opened().show(value); }
void watch(Supplier<?> value, int seconds) { opened().watch(value, Duration.ofSeconds(seconds)); }
void check(String exerciseId) { opened().check(exerciseId); }
void check(Object answer) { opened().check(answer); }
void prove(Proof proof) throws Exception { opened().prove(proof); }
void falsify(Proof proof) throws Exception { opened().falsify(proof); }
void apply(String yaml) { opened().apply(yaml); }
void start(String yaml) { opened().start(yaml); }
String outcome(String pod) { return opened().outcome(pod); }
String exec(String pod, String... command) { return opened().exec(pod, command); }
String log(String pod) { return opened().log(pod); }
String log(String pod, String container) { return opened().log(pod, container); }
void guess(String question, String... options) { Guess.ask(question, options); }
void guess(int mine, String question, String... options) { Guess.make(mine, question, options); }
kubelab.app.lab.KeptVariables.watch();
