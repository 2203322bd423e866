"""Hugging Face's own classifiers of other families, over the packed batches of the fixtures."""

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForSequenceClassification

from bert import padded, task_loss


class FamilyForSequenceClassification(nn.Module):
    """Logits of a padded batch, under the parameter names of the family's own class."""

    def __init__(self, config, label_count):
        super().__init__()
        sizes = {key: value for key, value in config.items() if key != "model_type"}
        settings = AutoConfig.for_model(config["model_type"], **sizes, num_labels=label_count)
        self.inner = AutoModelForSequenceClassification.from_config(settings, attn_implementation="eager")
        self.pad, self.typed = config["pad_token_id"], config.get("type_vocab_size", 1) > 1
        # It takes no batch whose rows have different numbers of end tokens.
        self.alone = config["model_type"] == "bart"

    def named_parameters(self, *args, **kwargs):
        return self.inner.named_parameters(*args, **kwargs)

    def load_state_dict(self, state, strict=True):
        # Tables of counted places are no parameters, and stay.
        missing, unexpected = self.inner.load_state_dict(state, strict=False)
        assert not unexpected and all(name not in dict(self.named_parameters()) for name in missing)

    def forward(self, batch):
        ids, types, present = padded(batch)
        ids = torch.where(present == 1, ids, self.pad)
        if self.alone:
            rows = [row[kept == 1] for row, kept in zip(ids, present)]
            return torch.cat([self.inner(input_ids=row[None]).logits for row in rows])
        told = {"token_type_ids": types} if self.typed else {}
        return self.inner(input_ids=ids, attention_mask=present, **told).logits

    def loss(self, batch):
        return task_loss(self(batch), batch)
