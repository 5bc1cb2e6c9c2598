"""What training found, as the plain arrays that the product reads; the same bytes every time."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from family import Family, Fitted
from grown import Grown
from levels import Levels
from stage import packed

from ai_prism.core.risk.clauses.weights import LEVELS

Arrays = dict[str, npt.NDArray[Any]]


def arrays_of(family: Family, fitted: Fitted, more: Arrays | None = None) -> Arrays:
    """Return the weights of *fitted* as arrays, with *more*."""
    linear = fitted.stage.linear
    matrix, scales = quantised(np.vstack([linear.weights, *linear.around]) * fitted.slopes)
    grams = [
        [counts.grams[place] for place in view]
        for counts, view in zip(family.counts, linear.views, strict=True)
    ]
    about = {
        "columns": family.columns,
        "thresholds": fitted.thresholds,
        "presence": fitted.presence,
    }
    return {
        "about": packed([json.dumps(about)]),
        "words": packed(grams[0]),
        "letters": packed(grams[1] if len(grams) > 1 else []),
        "idf": np.concatenate(linear.idf).astype(np.float16),
        "matrix": matrix,
        "scales": scales,
        "bias": (linear.bias * fitted.slopes + fitted.offsets).astype(np.float32),
        "priors": fitted.priors,
        **_trees("tree", fitted.trees),
        **_levels(fitted.levels),
        **fitted.stage.network,
        **(more or {}),
    }


def quantised(weights: npt.NDArray[np.float64]) -> tuple[Any, Any]:
    """Return *weights* in steps of one 127th of the largest of their column, and the steps."""
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


def write(path: Path, arrays: Arrays) -> None:
    """Write *arrays* to *path* without times of day or anything else that changes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.save(content, arrays[name], allow_pickle=False)
            archive.writestr(_entry(f"{name}.npy"), content.getvalue(), compresslevel=9)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _levels(levels: Levels | None) -> Arrays:
    """Return the trees of each level, and by what the level is told."""
    if levels is None:
        return {}
    found: Arrays = {
        "level_f1": levels.f1.astype(np.float32),
        "level_size": levels.size.astype(np.float32),
    }
    for place, level in enumerate(LEVELS):
        found |= _trees(f"{level}_tree", levels.trees, place)
    return found


def _trees(name: str, grown: Grown, place: int = 0) -> Arrays:
    """Return the nodes of all trees in a row; scikit-learn keeps them in a private attribute."""
    nodes = [predictor[place].nodes for one in grown.each for predictor in one._predictors]
    bases = [np.ravel(one._baseline_prediction)[place] for one in grown.each]
    roots = np.cumsum([0, *(len(tree) for tree in nodes)])[:-1]
    every = np.concatenate(nodes)
    base = np.repeat(roots, [len(tree) for tree in nodes])
    own = np.arange(len(every))
    leaf = every["is_leaf"].astype(bool)
    return {
        f"{name}_feature": np.where(leaf, 0, every["feature_idx"]).astype(np.int16),
        f"{name}_threshold": np.where(leaf, 0, every["num_threshold"]).astype(np.float32),
        f"{name}_left": np.where(leaf, own, every["left"] + base).astype(np.int32),
        f"{name}_right": np.where(leaf, own, every["right"] + base).astype(np.int32),
        f"{name}_value": (np.where(leaf, every["value"], 0) / len(bases)).astype(np.float32),
        f"{name}_roots": roots.astype(np.int32),
        f"{name}_depth": np.array(int(max(tree["depth"].max() for tree in nodes))),
        f"{name}_base": np.array(float(np.mean(bases))),
    }
