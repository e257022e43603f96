// Prints which fields of Kubernetes' Go types are written even when they were never set, and which scalar fields are
// pointers, so that their zero value differs from absence. One line a type: its name, a tab, its JSON fields, each with
// "?" (a pointer) or "=" and what is written. Fields that are not listed are left out when they are zero. Run with the modules of the release that kubelab speaks:
//
//	go mod init pointers && go get k8s.io/client-go@v0.34.4 k8s.io/kube-aggregator@v0.34.4 k8s.io/metrics@v0.34.4 && go run .
package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/kubernetes/scheme"
	aggregator "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	metrics "k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

var seen = map[reflect.Type]bool{}
var lines []string

func main() {
	apiext.AddToScheme(scheme.Scheme)
	aggregator.AddToScheme(scheme.Scheme)
	metrics.AddToScheme(scheme.Scheme)
	for gvk, t := range scheme.Scheme.AllKnownTypes() {
		if gvk.Version == "v1" || gvk.Version == "v2" || gvk.Group == "metrics.k8s.io" {
			walk(t)
		}
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}

func walk(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		walk(t.Elem())
		return
	case reflect.Struct:
	default:
		return
	}
	if seen[t] || !strings.Contains(t.PkgPath(), "k8s.io") {
		return
	}
	seen[t] = true
	var names []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		walk(f.Type)
		tag := f.Tag.Get("json")
		name := strings.Split(tag, ",")[0]
		if name == "" || name == "-" {
			continue
		}
		omit := strings.Contains(tag, "omitempty")
		if strings.Contains(tag, "omitzero") {
			continue
		}
		if literal := written(f.Type, omit); literal != "" {
			names = append(names, name+literal)
		}
	}
	if len(names) > 0 {
		sort.Strings(names)
		pkg := strings.ReplaceAll(strings.TrimPrefix(t.PkgPath(), "k8s.io/"), "/", ".")
		lines = append(lines, "io.k8s."+pkg+"."+t.Name()+"\t"+strings.Join(names, ","))
	}
}

// written says what Go writes for a field that was never set: "" for nothing.
func written(t reflect.Type, omitEmpty bool) string {
	switch k := t.Kind(); {
	case k == reflect.Pointer && t.Elem().Kind() != reflect.Struct:
		return "?"
	case k == reflect.Pointer && omitEmpty:
		return ""
	case k == reflect.Pointer:
		return "=null"
	case k == reflect.Struct && t.Name() == "Quantity":
		return "=\"0\""
	case k == reflect.Struct && t.Name() == "IntOrString":
		return "=0"
	case k == reflect.Struct && (t.Name() == "Time" || t.Name() == "MicroTime" || t.Name() == "RawExtension" || t.Name() == "JSON"):
		return "=null"
	case k == reflect.Struct:
		return "={}"
	case omitEmpty:
		return ""
	case k == reflect.Slice || k == reflect.Map:
		return "=null"
	case k == reflect.String:
		return "=\"\""
	case k == reflect.Bool:
		return "=false"
	default:
		return "=0"
	}
}
