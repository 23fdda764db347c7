"""The bundled embedder at full precision as a folder that sentence-transformers opens: for `dealbrief bench`."""

from pathlib import Path
from typing import Any

import numpy as np

from index.e5 import DOCUMENT, QUERY
from index.e5_layers import HEAD, Encoder
from index.e5_weights import (
    FEED_FORWARD,
    HEADS,
    HIDDEN,
    LAYERS,
    POSITIONS,
    VOCABULARY,
    dequantise,
    open_weights,
    weights_path,
)

PAD = 1


def write_sentence_transformer(folder: Path) -> Path:
    """Writes the bundled embedder's weights at full precision as a sentence-transformers folder, prompts included."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    weights = open_weights(weights_path())
    parts = folder.with_name(f"{folder.name}-parts")
    parts.mkdir(parents=True)
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=FEED_FORWARD,
        max_position_embeddings=POSITIONS,
        layer_norm_eps=float(weights.epsilon),
        pad_token_id=PAD,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in _state().items()})
    model.save_pretrained(parts)
    _tokenizer().save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=POSITIONS), Pooling(HIDDEN), Normalize()]
    prompts = {"query": QUERY, "document": DOCUMENT}
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder), create_model_card=False)
    return folder


def _state() -> dict[str, Any]:
    """BERT's tensors by the names that transformers gives them."""
    weights = open_weights(weights_path())
    encoder = Encoder(weights)
    type_ = weights.floats("emb.type", HIDDEN)
    state: dict[str, Any] = {
        "embeddings.word_embeddings.weight": dequantise(weights.blocks("emb.word", VOCABULARY, HIDDEN), axis=-1).reshape(
            VOCABULARY, HIDDEN
        ),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos", POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": np.stack([type_, type_]),  # E5 reads texts of the first type only
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w", HIDDEN),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b", HIDDEN),
    }
    for number, layer in enumerate(encoder.layers):
        name = f"encoder.layer.{number}."
        joint = layer.query_key_value
        parts = zip(("query", "key", "value"), np.split(joint.matrix, 3, axis=1), np.split(joint.bias, 3), strict=True)
        for part, matrix, bias in parts:
            grown = HEAD**0.5 if part == "query" else 1.0  # ours come out divided by the root of their length
            state |= {
                f"{name}attention.self.{part}.weight": matrix.T * np.float32(grown),
                f"{name}attention.self.{part}.bias": bias * np.float32(grown),
            }
        pairs = {
            "attention.output.dense": (layer.attention_out.matrix.T, layer.attention_out.bias),
            "attention.output.LayerNorm": (layer.attention_norm.scale, layer.attention_norm.shift),
            "intermediate.dense": (layer.widen.matrix.T, layer.widen.bias),
            "output.dense": (layer.narrow.matrix.T, layer.narrow.bias),
            "output.LayerNorm": (layer.feed_forward_norm.scale, layer.feed_forward_norm.shift),
        }
        for part, (weight, bias) in pairs.items():
            state |= {f"{name}{part}.weight": weight, f"{name}{part}.bias": bias}
    return state


def _tokenizer() -> Any:
    """The bundled vocabulary as a fast tokeniser of transformers."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = open_weights(weights_path()).vocabulary
    pieces: list[tuple[str, float]] = [("<unk>", 0.0)] * len(vocabulary.log_probabilities)
    for piece, number in vocabulary.pieces.items():
        pieces[number] = (piece.decode(), vocabulary.log_probabilities[number])
    tokenizer = Tokenizer(models.Unigram(pieces, vocabulary.unknown, False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    ends = [("<s>", vocabulary.begin), ("</s>", vocabulary.end)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=POSITIONS,
    )
