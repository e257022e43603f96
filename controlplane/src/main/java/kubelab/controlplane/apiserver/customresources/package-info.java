/**
 * CustomResourceDefinitions and the objects of the kinds that they define.
 *
 * <p>Reading order: {@link kubelab.controlplane.apiserver.customresources.Definitions} watches the definitions, accepts their
 * names and puts their versions into the registry, where they are rows like all others; {@code DefinitionRules} and {@code
 * SchemaRules} say what a definition may be; {@link kubelab.controlplane.apiserver.customresources.CustomValidator} and
 * {@link kubelab.controlplane.apiserver.customresources.CustomDefaulter} stand in the write chain in front of those of
 * built-in kinds. A cluster without definitions has one watch of the store from it, and nothing else.
 *
 * <p>Upstream: k8s.io/apiextensions-apiserver.
 */
@NullMarked
package kubelab.controlplane.apiserver.customresources;

import org.jspecify.annotations.NullMarked;
