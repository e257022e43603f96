package kubelab.controlplane.apiserver.strategy;

import tools.jackson.databind.node.ObjectNode;

/** Attachments begin as not attached. */
final class VolumeAttachmentStrategy extends PlainStrategy {
    @Override
    public void prepareForCreate(ObjectNode attachment) {
        attachment.putObject("status").put("attached", false);
    }
}
