"""What `dealbrief eval retrieval`, `answers`, `answerable` and `fit` do with the files they are given."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.chatbot import Chatbot
from bot.evaluation.answerable import (
    CORPUS_PENALTY,
    auroc,
    calibration_error,
    case_of,
    corpus_cases,
    fit_gate,
    fitted_cases,
    probability,
    train_and_test,
)
from bot.evaluation.fit import asked_of, cross_validate, fit, fitted_folds, pairs_of
from bot.evaluation.squad import DataError, GoldSet, read, remembering
from bot.evaluation.story import read_questions
from bot.evaluation.table import Table, share
from bot.evaluation.usual import UsualPipeline, usual_models
from bot.evidence import pair_of
from bot.settings import Settings
from corpus.language import language_of
from corpus.library import corpus_id
from index.sentences import sentence_spans


def read_sets(files: Sequence[Path]) -> dict[str, GoldSet]:
    """The files by language. DataError where two are in the same one."""
    sets: dict[str, GoldSet] = {}
    for path in files:
        entry = read(path)
        if entry.language in sets:
            raise DataError(f"{path} is in the same language ({entry.language}) as a file before it; give one a language.")
        sets[entry.language] = entry
    return sets


def retrieval(settings: Settings, files: Sequence[Path], *, usual: bool = False) -> Table:
    """First passage right, first sentence holds the gold span, gold span among three; cross-validated over titles.

    `usual` adds the first passage of the usual pipeline over the same paragraphs.
    """
    sets = read_sets(files)
    model = remembering(settings.build.open_model())
    found = cross_validate(sets, model, settings.build.open_cache(model))
    rows = []
    for asked, told in pairs_of(sets):
        own = [entry for entry in found if entry.pair == f"{asked}>{told}"]
        rows.append(
            {
                "pair": f"{asked}>{told}",
                "questions": len(own),
                "first passage": share([entry.passage for entry in own]),
                "first sentence": share([entry.first for entry in own]),
                "among three": share([entry.three for entry in own]),
            }
        )
    rows += _usual(sets) if usual else []
    return Table(f"Finding, {model.id}, cross-validated over titles", rows, ["Intervals: bootstrap, 95 %."])


def _usual(sets: Mapping[str, GoldSet]) -> list[dict[str, object]]:
    """The first passage of LangChain's embeddings and Chroma over the paragraphs of each language alone."""
    titles = {question.title for entry in sets.values() for question in entry.questions}
    rows: list[dict[str, object]] = []
    with usual_models() as models:
        for name, model in models.items():
            pipelines = {language: UsualPipeline(model, entry.articles) for language, entry in sets.items()}
            found: dict[str, list[bool]] = {}
            for told, question, target in asked_of(sets, titles):
                first = pipelines[told].nearest(question.text)[0][0]
                found.setdefault(f"{question.language}>{told}", []).append(first == target.article)
            for pipeline in pipelines.values():
                pipeline.close()
            for pair, right in found.items():
                rows.append({"pair": f"{pair}, usual, {name}", "questions": len(right), "first passage": share(right)})
    return rows


def answers(settings: Settings, files: Sequence[Path], breaks: Sequence[Path] = ()) -> Table:
    """What is composed and shown before any refusing: first statement and any statement right; cross-validated over titles."""
    sets = read_sets(files)
    model = remembering(settings.build.open_model())
    found = [
        case
        for indexes, _, fold in fitted_folds(sets, model, settings.build.open_cache(model))
        for told, question, target in asked_of(sets, fold)
        if (case := case_of(indexes[told], question, target, told))
    ]
    rows = []
    for asked, told in pairs_of(sets):
        own = [case for case in found if case.pair == f"{asked}>{told}"]
        rows.append(
            {
                "pair": f"{asked}>{told}",
                "questions": len(own),
                "first right": share([case.first for case in own]),
                "shown right": share([case.shown for case in own]),
                "statements": round(float(np.mean([case.statements for case in own])), 2),
            }
        )
    remarks = [f"{path.name}: {_share_of_ends(path)} of its sentence ends agree with ours." for path in breaks]
    return Table(f"Answers, {model.id}, cross-validated over titles, nothing refused", rows, remarks)


def _share_of_ends(path: Path) -> str:
    """The share of a file's sentence ends where ours end too. DataError where it is not of the form."""
    agree: list[bool] = []
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        for context, ends in (
            (str(p["context"]), [int(e) for _, e in p["sentence_breaks"]]) for entry in data for p in entry["paragraphs"]
        ):
            ours = {span.end for span in sentence_spans(context, language_of(context))}
            agree += [end in ours for end in ends]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} has no sentence breaks: {type(error).__name__} {error}.") from error
    return share(agree)


def answerable(settings: Settings, files: Sequence[Path]) -> Table:
    """Shown right, wrongly refused and wrongly answered at the default threshold, with AUROC and calibration error."""
    sets = read_sets(files)
    model = remembering(settings.build.open_model())
    gate, cases = train_and_test(sets, model, settings.build.open_cache(model))
    rows = []
    for asked, told in pairs_of(sets):
        threshold = gate.thresholds[pair_of(asked, told)]
        own = [(case, probability(gate, case)) for case in cases if case.pair == f"{asked}>{told}"]
        yes = [(case, p) for case, p in own if case.answerable]
        no = [p for case, p in own if not case.answerable and not case.far]
        far = [p for case, p in own if case.far]
        near = [(case, p) for case, p in own if not case.far]
        everything = np.array([p for _, p in near]), np.array([float(case.answerable) for case, _ in near])
        rows.append(
            {
                "pair": f"{asked}>{told}",
                "shown right": share([case.shown and p >= threshold for case, p in yes]),
                "wrongly refused": share([p < threshold for _, p in yes]),
                "wrongly answered": share([p >= threshold for p in no]),
                "far off answered": share([p >= threshold for p in far]),
                "first right": share([case.first for case, _ in yes]),
                "statements": round(float(np.mean([case.statements for case, _ in yes])), 2),
                "AUROC": auroc([p for _, p in yes], no),
                "ECE": calibration_error(*everything),
            }
        )
    remarks = [
        "Unanswerable: the gold paragraph left out, its neighbours there. Fitted on half of the titles, tested on the",
        f"others with their own index. Thresholds {dict(gate.thresholds)} for a nominal share refused of .04.",
    ]
    return Table(f"Answering and refusing, {model.id}", rows, remarks)


def fit_corpus(bot: Chatbot, questions: Path, unanswerable: Path, target: Path | None) -> str:
    """Fits the evidence gate on a corpus' own questions and writes it where the chatbot looks for it, or to `target`."""
    cases = corpus_cases(bot, read_questions(questions), read_questions(unanswerable))
    corpus = corpus_id(bot.settings.corpus)
    names = [questions.name, unanswerable.name]
    gate = fit_gate(cases, bot.index.model.id, names, corpus=corpus, penalty=CORPUS_PENALTY)
    path = target or bot.settings.home / corpus / "gate.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(gate.to_dict(), indent=1) + "\n", encoding="utf-8")
    return f"Evidence gate of the corpus {corpus} written to {path}, thresholds {dict(gate.thresholds)}."


def fit_files(settings: Settings, files: Sequence[Path], weights: Path | None, gate: Path | None) -> str:
    """Fits on the files and writes what was asked for; says where."""
    sets = read_sets(files)
    model = remembering(settings.build.open_model())
    cache = settings.build.open_cache(model)
    names = [path.name for path in files]
    said = []
    if weights:
        weights.write_text(json.dumps(fit(sets, model, cache, names).to_dict(), indent=1) + "\n", encoding="utf-8")
        said.append(f"Weights of the ranking for {model.id} written to {weights}.")
    if gate:
        fitted = fit_gate(fitted_cases(sets, model, cache)[1], model.id, names)
        gate.write_text(json.dumps(fitted.to_dict(), indent=1) + "\n", encoding="utf-8")
        said.append(f"Evidence gate for {model.id} written to {gate}, thresholds {dict(fitted.thresholds)}.")
    return "\n".join(said) or "Nothing was written: give --weights FILE, --gate FILE or both."
