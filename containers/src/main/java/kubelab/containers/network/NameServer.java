package kubelab.containers.network;

import java.util.List;

/** Answers questions about names, as a DNS server does. */
public interface NameServer {
    /** Where it takes questions, over UDP. */
    int PORT = 53;

    /**
     * @param name fully qualified, without the dot at the end, lower case
     * @param type {@code A}, {@code AAAA}, {@code SRV}, {@code PTR} or {@code CNAME}
     * @param clientIp who asks
     */
    Answer query(String name, String type, String clientIp);

    /**
     * @param code {@code NOERROR}, {@code NXDOMAIN} or {@code SERVFAIL}
     * @param records in order; a CNAME comes before what it leads to
     */
    record Answer(String code, List<Record> records) {
        public static final Answer NXDOMAIN = new Answer("NXDOMAIN", List.of());
        public static final Answer EMPTY = new Answer("NOERROR", List.of());

        public Answer {
            records = List.copyOf(records);
        }
    }

    /** @param data an address, a name, or for SRV {@code priority weight port target} */
    record Record(String name, String type, String data) {}
}
