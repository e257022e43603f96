package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sources that Pods and PersistentVolumes share. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class VolumeSources {
    private static final int MOST_PARTITIONS = 255;
    private static final int MOST_UNITS = 255;
    private static final int LONGEST_DRIVER = 63;
    private static final int LONGEST_TENANT = 64;
    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([a-zA-Z0-9-.]+)(:[^,;*&$|\\s]+)$");
    private static final Pattern EUI = Pattern.compile("eui.[0-9a-fA-F]{16}$");
    private static final Pattern NAA = Pattern.compile("naa.[0-9a-fA-F]{32}$");

    private VolumeSources() {}

    static void hostPath(Field source) {
        if (source.get("path").isEmpty()) {
            source.get("path").required();
            return;
        }
        Paths.noBacksteps(source.get("path"));
        source.get("type")
                .optionallyOneOf(
                        "",
                        "BlockDevice",
                        "CharDevice",
                        "Directory",
                        "DirectoryOrCreate",
                        "File",
                        "FileOrCreate",
                        "Socket");
    }

    static void gceDisk(Field source) {
        source.needs("pdName");
        partition(source.get("partition"));
    }

    static void awsDisk(Field source) {
        source.needs("volumeID");
        partition(source.get("partition"));
    }

    /** 0 is the whole disk. */
    private static void partition(Field partition) {
        if (partition.number() < 0 || partition.number() > MOST_PARTITIONS) {
            partition.invalidNumber(partition.number(), "must be between 1 and " + MOST_PARTITIONS + ", inclusive");
        }
    }

    static void nfs(Field source) {
        source.needs("server", "path");
        if (!source.text("path").startsWith("/")) {
            source.get("path").invalid("must be an absolute path");
        }
    }

    static void iscsi(Field source) {
        iscsi(source, "must be valid format starting with iqn, eui, or naa");
    }

    /** @param otherPrefix what is said about a name that begins like none of the three kinds */
    static void iscsi(Field source, String otherPrefix) {
        source.needs("targetPortal", "iqn");
        if (!source.get("iqn").isEmpty()) {
            initiator(source.get("iqn"), otherPrefix);
        }
        source.get("lun").inRange(0, MOST_UNITS);
        if ((source.flag("chapAuthDiscovery") || source.flag("chapAuthSession")) && !source.has("secretRef")) {
            source.get("secretRef").required();
        }
        if (source.has("initiatorName")) {
            initiator(source.get("initiatorName", "initiatorname"), otherPrefix);
        }
    }

    private static void initiator(Field name, String otherPrefix) {
        String text = name.text();
        if (!text.startsWith("iqn") && !text.startsWith("eui") && !text.startsWith("naa")) {
            name.invalid(otherPrefix);
        } else {
            Pattern form = text.startsWith("iqn") ? IQN : text.startsWith("eui") ? EUI : NAA;
            if (!form.matcher(text).find()) {
                name.invalid("must be valid format");
            }
        }
    }

    static void flocker(Field source) {
        boolean byName = !source.get("datasetName").isEmpty();
        boolean byId = !source.get("datasetUUID").isEmpty();
        if (!byName && !byId) {
            source.required("one of datasetName and datasetUUID is required");
        } else if (byName && byId) {
            source.invalid("resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (source.text("datasetName").contains("/")) {
            source.get("datasetName").invalid("must not contain '/'");
        }
    }

    static void quobyte(Field source) {
        String pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (source.get("registry").isEmpty()) {
            source.get("registry").required(pairs);
        } else if (source.text("tenant").length() > LONGEST_TENANT) {
            source.get("tenant").required("must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : source.text("registry").split(",", -1)) {
                if (!pair.matches("([^:\\[\\]]*|\\[[^\\]]*\\]):[^:]*")) {
                    source.get("registry").invalid(pairs);
                }
            }
        }
        source.needs("volume");
    }

    static void fibreChannel(Field source) {
        Field targets = source.get("targetWWNs");
        if (targets.isEmpty() && source.get("wwids").isEmpty()) {
            targets.required("must specify either targetWWNs or wwids, but not both");
        } else if (!targets.isEmpty() && !source.get("wwids").isEmpty()) {
            targets.invalid("targetWWNs and wwids can not be specified simultaneously");
        }
        if (!targets.isEmpty() && !source.has("lun")) {
            source.get("lun").required("lun is required if targetWWNs is specified");
        } else if (!targets.isEmpty()) {
            source.get("lun").inRange(0, MOST_UNITS);
        }
    }

    static void flex(Field source) {
        source.needs("driver");
        for (String key : source.get("options").keys()) {
            String domain = "." + key.split("/", 2)[0].toLowerCase(Locale.ROOT);
            if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
                source.get("options").key(key).invalid(key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    static void azureDisk(Field source) {
        source.needs("diskName", "diskURI");
        source.get("cachingMode").optionallyOneOf("None", "ReadOnly", "ReadWrite");
        source.get("kind").optionallyOneOf("Dedicated", "Managed", "Shared");
        boolean managed = source.is("kind", "Managed");
        if (managed && !source.text("diskURI").startsWith("/subscriptions/")) {
            source.get("diskURI")
                    .unsupported(
                            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/"
                                    + "{disk-id}");
        } else if (source.has("kind") && !managed && !source.text("diskURI").startsWith("https://")) {
            source.get("diskURI")
                    .unsupported("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
        }
    }

    static void driver(Field driver) {
        if (driver.isEmpty()) {
            driver.required();
        }
        if (driver.text().length() > LONGEST_DRIVER) {
            driver.tooLong(LONGEST_DRIVER);
        }
        List<String> reasons = Names.subdomain(driver.text().toLowerCase(Locale.ROOT));
        reasons.forEach(reason -> driver.invalid(driver.text(), reason));
    }
}
