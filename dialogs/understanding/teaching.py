"""Teaching the sentence model the examples of the lexicons:

    python -m dialogs.understanding.teaching

writes `dialogs/knowledge/lexicons/sentences.bin`, to be run again when `examples` change: a multinomial logistic
regression over the vectors of the examples (ridge penalty, plain gradient descent, no randomness). The file says
which examples it was taught, so that a test can tell when it is stale.
"""

import hashlib
import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import dialogs.knowledge
from dialogs.understanding.lexicon import load_lexicon
from dialogs.understanding.likeness import WEIGHTS, Encoder, load_encoder

_PENALTY = 2e-4
_STEPS = 600
_MOMENTUM = 0.9


def digest(examples: Mapping[str, Sequence[str]]) -> str:
    """A short fingerprint of the examples."""
    text = json.dumps({meaning: list(texts) for meaning, texts in examples.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def teach(examples: Mapping[str, Sequence[str]], encode: Encoder) -> bytes:
    """The content of the weights' file: a line of JSON, then the weights and, as last column, the mean vector."""
    numpy = importlib.import_module("numpy")
    meanings = sorted(examples)
    labels = numpy.array([number for number, each in enumerate(meanings) for _ in examples[each]])
    vectors = encode([text for each in meanings for text in examples[each]])
    mean = vectors.mean(axis=0)
    spread = float(numpy.linalg.norm(vectors - mean, axis=1).mean())
    rows = numpy.hstack([(vectors - mean) / spread, numpy.ones((len(vectors), 1))])
    wanted = numpy.eye(len(meanings))[labels]
    rarity = 1 / numpy.sqrt(numpy.bincount(labels))[labels]
    rarity /= rarity.mean()
    weights = numpy.zeros((rows.shape[1], len(meanings)))
    motion = numpy.zeros_like(weights)
    for _ in range(_STEPS):
        scores = rows @ weights
        odds = numpy.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        slope = rows.T @ ((odds - wanted) * rarity[:, None]) / len(rows) + _PENALTY * weights
        motion = _MOMENTUM * motion + slope
        weights -= motion
    weights[:-1] /= spread
    table = numpy.hstack([weights, numpy.append(mean, 0.0)[:, None]])
    head = json.dumps({"taught": digest(examples), "meanings": meanings})
    return head.encode() + b"\n" + bytes(table.astype("<f2").tobytes())


def main() -> None:
    """Teach, and write the file."""
    path = Path(next(iter(dialogs.knowledge.__path__))) / "lexicons" / WEIGHTS
    path.write_bytes(teach(load_lexicon().examples, load_encoder()))


if __name__ == "__main__":
    main()
