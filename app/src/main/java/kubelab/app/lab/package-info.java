/**
 * The {@code Lab} that notebooks hold: found by {@link kubelab.labkit.LabProvider}, the same under JShell, JJava and
 * IJava. What differs between these three is {@link kubelab.app.lab.Screen}.
 */
@NullMarked
package kubelab.app.lab;

import org.jspecify.annotations.NullMarked;
