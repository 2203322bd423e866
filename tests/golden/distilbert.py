"""Hugging Face's own DistilBERT classifier, over the packed batches of the fixtures."""

from transformers import DistilBertConfig
from transformers import DistilBertForSequenceClassification as HuggingFace

from bert import padded, task_loss


class DistilBertForSequenceClassification(HuggingFace):
    """Logits of a padded batch; `loss` adds cross-entropy, or squared error where there is one label."""

    def __init__(self, config, label_count):
        super().__init__(DistilBertConfig(**config, num_labels=label_count, attn_implementation="eager"))
        if self.config.sinusoidal_pos_embds:
            # Not learned, says the documentation, and so it was up to transformers 4; 5.24 freezes a copy instead.
            self.distilbert.embeddings.position_embeddings.weight.requires_grad_(False)

    def forward(self, batch):
        ids, _, present = padded(batch)
        return super().forward(input_ids=ids, attention_mask=present).logits

    def loss(self, batch):
        return task_loss(self(batch), batch)
