package kubelab.controlplane.apiserver.protobuf;

import java.util.Map;
import java.util.Set;

/** Where Kubernetes' protobuf differs from its JSON: messages with a JSON form of their own, and inlined structs. */
final class Wellknown {
    static final String QUANTITY = "k8s.io.apimachinery.pkg.api.resource.Quantity";
    static final String INT_OR_STRING = "k8s.io.apimachinery.pkg.util.intstr.IntOrString";
    static final String TIME = "k8s.io.apimachinery.pkg.apis.meta.v1.Time";
    static final String MICRO_TIME = "k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime";
    static final String FIELDS_V1 = "k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1";
    static final String RAW_EXTENSION = "k8s.io.apimachinery.pkg.runtime.RawExtension";

    private static final String CRD = "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.";
    static final String JSON = CRD + "JSON";
    static final String SCHEMA_OR_BOOL = CRD + "JSONSchemaPropsOrBool";
    static final String SCHEMA_OR_ARRAY = CRD + "JSONSchemaPropsOrArray";
    static final String SCHEMA_OR_STRINGS = CRD + "JSONSchemaPropsOrStringArray";

    /** Messages that only wrap a list, which is all that JSON shows. */
    static final Set<String> LISTS = Set.of(
            "k8s.io.api.authentication.v1.ExtraValue",
            "k8s.io.api.authorization.v1.ExtraValue",
            "k8s.io.apimachinery.pkg.apis.meta.v1.Verbs");

    /** Message → its field whose content stands directly in the message's JSON. */
    private static final Map<String, String> INLINED = Map.ofEntries(
            Map.entry("Volume", "volumeSource"),
            Map.entry("PersistentVolumeSpec", "persistentVolumeSource"),
            Map.entry("Probe", "handler"),
            Map.entry("NamedRuleWithOperations", "ruleWithOperations"),
            Map.entry("RuleWithOperations", "rule"),
            Map.entry("IngressRule", "ingressRuleValue"),
            Map.entry("EphemeralContainer", "ephemeralContainerCommon"),
            Map.entry("SecretKeySelector", "localObjectReference"),
            Map.entry("ConfigMapKeySelector", "localObjectReference"),
            Map.entry("SecretEnvSource", "localObjectReference"),
            Map.entry("ConfigMapEnvSource", "localObjectReference"),
            Map.entry("SecretProjection", "localObjectReference"),
            Map.entry("ConfigMapProjection", "localObjectReference"),
            Map.entry("ConfigMapVolumeSource", "localObjectReference"));

    /** Proto field names that are not the JSON names. */
    private static final Map<String, String> JSON_NAMES = Map.ofEntries(
            Map.entry("IngressClassParametersReference.aPIGroup", "apiGroup"),
            Map.entry("BoundObjectReference.uID", "uid"),
            Map.entry("Variable.Name", "name"),
            Map.entry("Validation.Expression", "expression"),
            Map.entry("Variable.Expression", "expression"),
            Map.entry("JSONSchemaProps.ref", "$ref"),
            Map.entry("JSONSchemaProps.schema", "$schema"),
            Map.entry("JSONSchemaProps.xKubernetesPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields"),
            Map.entry("JSONSchemaProps.xKubernetesEmbeddedResource", "x-kubernetes-embedded-resource"),
            Map.entry("JSONSchemaProps.xKubernetesIntOrString", "x-kubernetes-int-or-string"),
            Map.entry("JSONSchemaProps.xKubernetesListMapKeys", "x-kubernetes-list-map-keys"),
            Map.entry("JSONSchemaProps.xKubernetesListType", "x-kubernetes-list-type"),
            Map.entry("JSONSchemaProps.xKubernetesMapType", "x-kubernetes-map-type"),
            Map.entry("JSONSchemaProps.xKubernetesValidations", "x-kubernetes-validations"));

    private Wellknown() {}

    static boolean inlined(String message, String field) {
        return field.equals(INLINED.get(message));
    }

    static String jsonName(String message, String field) {
        return JSON_NAMES.getOrDefault(message + "." + field, field);
    }
}
