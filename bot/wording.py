"""Every sentence that Dealbrief itself says to a user, in both languages; impersonal in German."""

from datetime import date
from typing import Final

from corpus.article import PartialDate, Source

LANGUAGES: Final = ("en", "de")

_TEXTS: Final[dict[str, dict[str, str]]] = {
    "refusal": {
        "en": 'The corpus does not say: "{question}"',
        "de": "Der Korpus sagt dazu nichts: „{question}“",
    },
    "refusal_as_of": {
        "en": 'The corpus, which reaches to {as_of}, does not say: "{question}"',
        "de": "Der Korpus, der bis {as_of} reicht, sagt dazu nichts: „{question}“",
    },
    "refusal_languages": {
        "en": "The corpus is in {languages}.",
        "de": "Die Artikel sind auf {languages}.",
    },
    "nearest": {"en": "What the corpus does say", "de": "Was der Korpus sagt"},
    "greeting": {
        "en": "Ask about {title}; every sentence of an answer is a quote with its source.",
        "de": "Fragen zu {title} sind willkommen; jeder Satz einer Antwort ist ein Zitat mit Quelle.",
    },
    "for_example": {"en": "For example: {examples}", "de": "Zum Beispiel: {examples}"},
    "thanks": {"en": "You are welcome.", "de": "Gern geschehen."},
    "how_sure": {
        "en": "Each quote stands in its article word for word; whether it answers the question is estimated. On questions "
        "that the corpus cannot answer the error rates are those that the command dealbrief eval answerable prints.",
        "de": "Jedes Zitat steht Wort für Wort in seinem Artikel; ob es die Frage beantwortet, ist geschätzt. Die "
        "Fehlerraten gibt der Befehl dealbrief eval answerable aus.",
    },
    "other_language": {"en": "Source in {name}.", "de": "Quelle auf {name}."},
    "question_language": {
        "en": "The question is in a language that the corpus is not in; the quotes stand in the original.",
        "de": "Die Frage ist in einer Sprache gestellt, in der kein Artikel steht; die Zitate stehen im Original.",
    },
    "last_sentence": {
        "en": "Of the text only its last question was searched for.",
        "de": "Gesucht wurde nur nach der letzten Frage des Textes.",
    },
    "part_missing": {"en": 'Not in the corpus: "{part}"', "de": "Nicht im Korpus: „{part}“"},
    "as_of": {"en": "As of {as_of}.", "de": "Stand: {as_of}."},
    "reports_differ": {"en": "Reports differ.", "de": "Berichte weichen voneinander ab."},
    "no_advice": {
        "en": "These are judgements of others, no advice.",
        "de": "Dies sind Urteile anderer, kein Rat.",
    },
    "no_arithmetic": {
        "en": "The figures are quoted; nothing was computed from them.",
        "de": "Die Zahlen sind zitiert; gerechnet wurde damit nicht.",
    },
    "besides": {"en": "besides {names}", "de": "außer {names}"},
    "citations_dropped": {
        "en": "Citations of the conversation that do not stand in the articles and were not used: {count}.",
        "de": "Zitate des Gesprächs, die nicht in den Artikeln stehen und nicht verwendet wurden: {count}.",
    },
    "searched_for": {"en": "Searched for: {question}", "de": "Gesucht nach: {question}"},
    "thin_evidence": {"en": "Thin evidence.", "de": "Dünne Beleglage."},
    "uncalibrated": {
        "en": "For this embedding model refusing is not calibrated.",
        "de": "Für dieses Einbettungsmodell ist das Verweigern nicht kalibriert.",
    },
    "bad_files": {
        "en": "{count} article files could not be read and are left out; dealbrief lint lists them.",
        "de": "{count} Artikeldateien sind nicht lesbar und fehlen; dealbrief lint nennt sie.",
    },
    "index_stale": {
        "en": "The index is older than the articles; new ones are not searched yet ({reason})",
        "de": "Der Index ist älter als die Artikel; neue werden noch nicht durchsucht ({reason})",
    },
    "disclosure": {
        "en": "Answers are written by the chat model {model}: the question, the last turns and the sentences found for it are "
        "sent to {where}.",
        "de": "Antworten schreibt das Sprachmodell {model}: Die Frage, die letzten Beiträge und die gefundenen Sätze gehen "
        "an {where}.",
    },
    "brief_phrased": {
        "en": "Phrased by the chat model {model}: each sentence was checked against its quote; what did not hold is quoted. "
        "The quotes were sent to {where}.",
        "de": "In Worten des Sprachmodells {model}: Jeder Satz ist am Zitat geprüft; was nicht hielt, ist zitiert. Die Zitate "
        "gingen an {where}.",
    },
    "model_slow": {
        "en": "The answer is quoted: the chat model {model} took longer than {seconds} seconds (DEALBRIEF_MODEL_TIMEOUT).",
        "de": "Die Antwort ist zitiert: Das Sprachmodell {model} brauchte länger als {seconds} Sekunden "
        "(DEALBRIEF_MODEL_TIMEOUT).",
    },
    "model_down": {
        "en": "The answer is quoted: the chat model {model} cannot be reached at {where} (DEALBRIEF_MODEL_BASE_URL).",
        "de": "Die Antwort ist zitiert: Das Sprachmodell {model} ist unter {where} nicht erreichbar "
        "(DEALBRIEF_MODEL_BASE_URL).",
    },
    "model_quota": {
        "en": "The answer is quoted: the quota or rate limit of the chat model {model} is used up.",
        "de": "Die Antwort ist zitiert: Das Kontingent des Sprachmodells {model} ist erschöpft.",
    },
    "model_cut_off": {
        "en": "The answer is quoted: what the chat model {model} wrote was cut off.",
        "de": "Die Antwort ist zitiert: Der Text des Sprachmodells {model} brach ab.",
    },
    "model_broke_off": {
        "en": "The chat model {model} broke off; what it had written by then was checked and is shown.",
        "de": "Das Sprachmodell {model} brach ab; was es bis dahin schrieb, ist geprüft und steht hier.",
    },
    "model_nonsense": {
        "en": "The answer is quoted: no sentence that the chat model {model} wrote was supported by the articles.",
        "de": "Die Antwort ist zitiert: Kein Satz des Sprachmodells {model} war durch die Artikel gedeckt.",
    },
    "model_key": {
        "en": "The answer is quoted: {where} refuses the key for the chat model {model}; correct DEALBRIEF_MODEL_KEY.",
        "de": "Die Antwort ist zitiert: {where} weist den Schlüssel für das Sprachmodell {model} zurück; zu berichtigen ist "
        "DEALBRIEF_MODEL_KEY.",
    },
    "model_name": {
        "en": "The answer is quoted: {where} has no chat model {model}; correct DEALBRIEF_MODEL.",
        "de": "Die Antwort ist zitiert: Bei {where} gibt es kein Sprachmodell {model}; zu berichtigen ist DEALBRIEF_MODEL.",
    },
    "model_too_long": {
        "en": "The answer is quoted: the evidence is too long for the chat model {model}; lower DEALBRIEF_MODEL_TOKENS.",
        "de": "Die Antwort ist zitiert: Die Belege sind zu lang für das Sprachmodell {model}; zu verringern ist "
        "DEALBRIEF_MODEL_TOKENS.",
    },
    "model_failed": {
        "en": "The answer is quoted: the chat model {model} reported an error; check DEALBRIEF_MODEL.",
        "de": "Die Antwort ist zitiert: Das Sprachmodell {model} meldete einen Fehler; zu prüfen ist DEALBRIEF_MODEL.",
    },
    "empty_question": {"en": "Ask a question in words.", "de": "Bitte eine Frage in Worten stellen."},
    "long_question": {
        "en": "A question has at most {limit} characters; this one has {length}. A longer text can be put into the corpus "
        "as an article.",
        "de": "Eine Frage hat höchstens {limit} Zeichen, diese hat {length}. Ein längerer Text kann als Artikel in den "
        "Korpus aufgenommen werden.",
    },
    "slack_quotes": {"en": "Show the quotes", "de": "Zitate zeigen"},
    "slack_post": {"en": "Post for all", "de": "Für alle posten"},
    "slack_good": {"en": "Good answer", "de": "Gute Antwort"},
    "slack_bad": {"en": "Bad answer", "de": "Schlechte Antwort"},
    "slack_title": {"en": "The quotes", "de": "Die Zitate"},
    "slack_loading": {"en": "Loading the quotes.", "de": "Die Zitate werden geladen."},
    "slack_back": {"en": "Back", "de": "Zurück"},
    "slack_on": {"en": "Next", "de": "Weiter"},
    "slack_page": {"en": "Page {page} of {pages}", "de": "Seite {page} von {pages}"},
    "slack_markdown": {"en": "Copy as Markdown", "de": "Als Markdown kopieren"},
    "slack_copy": {"en": "Markdown, to be copied", "de": "Markdown zum Kopieren"},
    "slack_done": {"en": "Done", "de": "Fertig"},
    "slack_changed": {
        "en": "The article has changed since it was cited (cited: {cited}, now: {current}), so no quote is shown.",
        "de": "Der Artikel wurde geändert, seit er zitiert wurde (zitiert: {cited}, jetzt: {current}); darum wird kein Zitat "
        "gezeigt.",
    },
    "slack_feedback": {"en": "What was wrong?", "de": "Was war falsch?"},
    "slack_reason": {"en": "Reason", "de": "Grund"},
    "slack_comment": {"en": "Comment", "de": "Kommentar"},
    "slack_send": {"en": "Send", "de": "Senden"},
    "slack_kept": {
        "en": "Kept are the answer, the reason and the comment, on the machine that Dealbrief runs on, and not who sent them.",
        "de": "Behalten werden Antwort, Grund und Kommentar auf dem Rechner, auf dem Dealbrief läuft, nicht aber der Absender.",
    },
    "reason_wrong_source": {"en": "Wrong source", "de": "Falsche Quelle"},
    "reason_wrong_fact": {"en": "Wrong fact", "de": "Falsche Angabe"},
    "reason_not_answered": {"en": "Question not answered", "de": "Frage nicht beantwortet"},
    "reason_other": {"en": "Something else", "de": "Etwas anderes"},
    "slack_forgotten": {
        "en": "This answer is no longer kept. Ask the question again.",
        "de": "Diese Antwort ist nicht mehr gespeichert. Die Frage lässt sich erneut stellen.",
    },
    "slack_too_late": {
        "en": "Slack did not let the window open in time. Press the button again.",
        "de": "Slack ließ das Fenster nicht rechtzeitig öffnen. Ein zweiter Druck auf den Knopf hilft.",
    },
    "slack_failed": {
        "en": "Sorry, the answer could not be made. Ask again; if it fails again, the log says why.",
        "de": "Die Antwort kam leider nicht zustande. Die Frage lässt sich erneut stellen; der Grund steht im Protokoll.",
    },
    "slack_interrupted": {
        "en": "Sorry, a restart came between. If there is no answer above, ask again.",
        "de": "Leider kam ein Neustart dazwischen. Fehlt oben die Antwort, lässt sich die Frage erneut stellen.",
    },
    "slack_stopping": {
        "en": "Dealbrief is being stopped. This question is answered when it runs again.",
        "de": "Dealbrief wird angehalten. Diese Frage wird beantwortet, sobald es wieder läuft.",
    },
    "slack_outsider": {
        "en": "Questions from other organisations are not answered here.",
        "de": "Fragen aus anderen Organisationen werden hier nicht beantwortet.",
    },
    "slack_help": {
        "en": "Ask by mention, in a direct message or with the slash command, which only its user sees. Behind the command "
        "also: brief, timeline, disputes, since 2026-01-01, subscribe weekly monday 9:00, subscriptions, unsubscribe 1.",
        "de": "Fragen geht per Erwähnung, als Direktnachricht oder mit dem Befehl, dessen Antwort sonst niemand sieht. Hinter "
        "dem Befehl auch: brief, timeline, disputes, seit 2026-01-01, abonnieren wöchentlich montag 9:00, abos, abbestellen 1.",
    },
    "slack_invite": {
        "en": "Dealbrief is not in this channel. Invite it with /invite and press the button again.",
        "de": "Dealbrief ist nicht in diesem Kanal. Nach einer Einladung mit /invite lässt sich der Knopf erneut drücken.",
    },
    "slack_rest": {
        "en": "{left} further messages are left out. All of it: dealbrief {command} in a terminal, or the web app.",
        "de": "{left} weitere Nachrichten fehlen hier. Alles zeigen dealbrief {command} im Terminal und die Web-App.",
    },
    "slack_not_admin": {
        "en": "Only the people listed in DEALBRIEF_SLACK_ADMINS can add articles.",
        "de": "Artikel hinzufügen können nur die in DEALBRIEF_SLACK_ADMINS genannten Personen.",
    },
    "slack_schedule_form": {
        "en": '"{text}" is no schedule. Write: weekly monday 9:00, or daily 18:30; with "always" behind it even without news.',
        "de": "„{text}“ ist kein Zeitplan. Die Form ist: wöchentlich montag 9:00 oder täglich 18:30; mit „immer“ dahinter auch "
        "ohne Neues.",
    },
    "slack_schedule_many": {
        "en": "A channel has at most {limit} subscriptions. End one with: unsubscribe NUMBER",
        "de": "Ein Kanal hat höchstens {limit} Abos. Eines endet mit: abbestellen NUMMER",
    },
    "slack_subscribed": {
        "en": "Subscription {number}: {when}. Next: {next}. Only what is new is posted.",
        "de": "Abo {number}: {when}. Nächstes Mal: {next}. Gepostet wird nur Neues.",
    },
    "slack_subscription": {"en": "{number}: {when}, next {next}.", "de": "{number}: {when}, nächstes Mal {next}."},
    "slack_no_subscriptions": {
        "en": "This channel has no subscription.",
        "de": "Dieser Kanal hat kein Abo.",
    },
    "slack_unsubscribed": {"en": "Subscription {number} has ended.", "de": "Abo {number} ist beendet."},
    "slack_no_subscription": {
        "en": "This channel has no subscription {number}. List them with: subscriptions",
        "de": "Ein Abo {number} hat dieser Kanal nicht. Alle zeigt: abos",
    },
    "slack_no_news": {
        "en": "Nothing has changed since the last briefing.",
        "de": "Seit dem letzten Briefing hat sich nichts geändert.",
    },
    "slack_news": {"en": "New: {title}", "de": "Neu: {title}"},
    "slack_no_date": {
        "en": '"{text}" is no date of the calendar. Write for example 2026-01-01, 2026-01 or 5 April 2025.',
        "de": "„{text}“ ist kein Datum des Kalenders. Zum Beispiel: 2026-01-01, 2026-01 oder 5. April 2025.",
    },
    "slack_add_address": {
        "en": "Give the address of a page: add https://...",
        "de": "Nötig ist die Adresse einer Seite: add https://...",
    },
    "slack_added": {"en": "Added: {place}. {reason}", "de": "Aufgenommen: {place}. {reason}"},
    "slack_known": {"en": "Already there: {place}. {reason}", "de": "Schon vorhanden: {place}. {reason}"},
    "slack_refused": {"en": "Not added: {place}: {reason}", "de": "Nicht aufgenommen: {place}: {reason}"},
    "digest_of": {"en": "Dealbrief digest of {publisher}", "de": "Dealbrief-Zusammenfassung von {publisher}"},
    "dossier": {"en": "Dealbrief dossier", "de": "Dealbrief-Dossier"},
    "undated": {"en": "undated", "de": "ohne Datum"},
    "read_at": {"en": "read in a copy at {address}", "de": "gelesen in einer Kopie unter {address}"},
    "after_origin": {"en": "after {origin}", "de": "nach {origin}"},
    "rests_on": {"en": "rests on", "de": "stützt sich auf"},
    "sources": {"en": "Sources", "de": "Quellen"},
    "unknown_publisher": {"en": "publisher not given", "de": "ohne Angabe des Herausgebers"},
    "checked_verbatim": {
        "en": "word for word as in the article",
        "de": "Wort für Wort wie im Artikel",
    },
    "read_article": {"en": "Read the article", "de": "Artikel lesen"},
    "about": {
        "en": "Answers are quotes from {articles} articles of {publishers} publishers, up to {as_of}. A digest retells a "
        "published report in Dealbrief's own words and is labelled so.",
        "de": "Antworten sind Zitate aus {articles} Artikeln von {publishers} Herausgebern, Stand {as_of}. Eine "
        "Zusammenfassung gibt einen veröffentlichten Bericht in Dealbriefs eigenen Worten wieder und ist so bezeichnet.",
    },
    "placeholder": {"en": "Ask about the story", "de": "Frage zur Geschichte"},
    "no_sources_yet": {"en": "The sources of an answer appear here.", "de": "Hier erscheinen die Quellen einer Antwort."},
    "examples": {"en": "Examples", "de": "Beispiele"},
    "checked_supported": {
        "en": "the quotes support it in figures, names and direction",
        "de": "durch die Zitate gedeckt: Zahlen, Namen und Richtung",
    },
    "checked_unsupported": {"en": "not supported by the quotes", "de": "durch die Zitate nicht gedeckt"},
    "reason_no_quote": {"en": "it cites no quote", "de": "kein Zitat angegeben"},
    "quote": {"en": "Quote:", "de": "Zitat:"},
    "reason_markup": {
        "en": "it is no plain sentence of words and figures",
        "de": "kein schlichter Satz aus Wörtern und Zahlen",
    },
    "reason_language": {"en": "it is in another language than the question", "de": "nicht in der Sprache der Frage"},
    "reason_orders": {
        "en": "what it rests on gives an order and states nothing",
        "de": "das Zitat ist eine Aufforderung und stellt nichts fest",
    },
    "reason_speaks": {
        "en": "it speaks to somebody or of the writer, which its quotes do not",
        "de": "eine Anrede oder ein Wort über den Schreibenden, das nicht in den Zitaten steht",
    },
    "reason_number": {
        "en": "a number that stands in none of its quotes",
        "de": "eine Zahl, die in keinem der Zitate steht",
    },
    "reason_date": {
        "en": "a date that stands in none of its quotes",
        "de": "ein Datum, das in keinem der Zitate steht",
    },
    "reason_name": {
        "en": "a name that stands in none of its quotes",
        "de": "ein Name, der in keinem der Zitate steht",
    },
    "reason_negation": {
        "en": "it denies what its quotes say, or says what they deny",
        "de": "eine Verneinung, die nicht zu den Zitaten passt",
    },
    "reason_direction": {
        "en": "a direction (rose or fell, bought or sold, before or after) other than in its quotes",
        "de": "eine andere Richtung (stieg oder fiel, kaufte oder verkaufte, vor oder nach) als in den Zitaten",
    },
    "reason_attribution": {
        "en": "someone confirms or denies here who does not in its quotes",
        "de": "eine Bestätigung oder ein Dementi, das nicht in den Zitaten steht",
    },
    "reason_order": {
        "en": "its actors stand in another order around the verb than in its quotes",
        "de": "die Handelnden stehen anders um das Verb als in den Zitaten",
    },
    "reason_two_actors": {
        "en": "it names two actors, and no support model is set that could tell who does what to whom",
        "de": "zwei Handelnde, und kein Prüfmodell ist eingestellt, das unterscheidet, wer was mit wem tut",
    },
    "reason_nothing_shared": {
        "en": "it has nothing in common with its quotes that can be compared",
        "de": "nichts Vergleichbares mit den Zitaten gemeinsam",
    },
    "reason_support_model": {
        "en": "the support model finds it supported by its quotes",
        "de": "nach dem Prüfmodell durch die Zitate gedeckt",
    },
    "reason_support_model_denies": {
        "en": "the support model does not find it supported by its quotes",
        "de": "nach dem Prüfmodell nicht durch die Zitate gedeckt",
    },
    "question": {"en": "Question", "de": "Frage"},
    "question_label": {"en": "Your question", "de": "Frage eingeben"},
    "tagline": {
        "en": "Ask, and get the articles' own sentences as the answer, each with its source.",
        "de": "Auf jede Frage antworten die Artikel mit ihren eigenen Sätzen, jeder mit Quelle.",
    },
    "skip": {"en": "To the question", "de": "Zur Frage"},
    "view_ask": {"en": "Ask", "de": "Fragen"},
    "view_articles": {"en": "Articles", "de": "Artikel"},
    "send": {"en": "Ask", "de": "Fragen"},
    "stop": {"en": "Stop", "de": "Anhalten"},
    "keys": {"en": "Enter sends, Shift+Enter breaks the line", "de": "Eingabe sendet, Umschalt+Eingabe bricht die Zeile um"},
    "searching": {"en": "Searching {articles} articles", "de": "{articles} Artikel werden durchsucht"},
    "stopped": {"en": "Stopped before the answer was complete.", "de": "Angehalten, bevor die Antwort vollständig war."},
    "refused": {"en": "Not in the corpus", "de": "Nicht im Korpus"},
    "corpus_reaches": {"en": "The corpus reaches to {as_of}.", "de": "Der Korpus reicht bis {as_of}."},
    "origins": {
        "en": "{count} independent origins say so: {names}",
        "de": "{count} unabhängige Quellen sagen dies: {names}",
    },
    "marker": {"en": "Source {number}: {label}", "de": "Quelle {number}: {label}"},
    "context": {"en": "The sentence before:", "de": "Der Satz davor:"},
    "in_language": {"en": "in {name}", "de": "auf {name}"},
    "unknown_language": {"en": "language not recorded", "de": "Sprache nicht erfasst"},
    "kind_original": {"en": "original article", "de": "Originalartikel"},
    "kind_digest": {"en": "digest in Dealbrief's own words", "de": "Zusammenfassung in Dealbriefs eigenen Worten"},
    "kind_dossier": {"en": "dossier across several reports", "de": "Dossier über mehrere Berichte"},
    "note_original": {"en": "The article as its publisher wrote it.", "de": "Der Artikel im Wortlaut des Herausgebers."},
    "note_digest": {
        "en": "A digest: it retells the published report in Dealbrief's own words and is not the report's text.",
        "de": "Eine Zusammenfassung: Sie gibt den veröffentlichten Bericht in Dealbriefs eigenen Worten wieder und ist nicht "
        "dessen Wortlaut.",
    },
    "note_dossier": {
        "en": "A dossier: it explains one subject in Dealbrief's own words; the numbers lead to the reports that it rests on.",
        "de": "Ein Dossier: Es erklärt ein Thema in Dealbriefs eigenen Worten; die Ziffern führen zu den Berichten, auf die es "
        "sich stützt.",
    },
    "rests_on_title": {"en": "Rests on", "de": "Stützt sich auf"},
    "checked_title": {"en": "Checked", "de": "Geprüft"},
    "published_report": {"en": "Published report", "de": "Veröffentlichter Bericht"},
    "show_sources": {"en": "Sources ({count})", "de": "Quellen ({count})"},
    "copy": {"en": "Copy", "de": "Kopieren"},
    "copy_link": {"en": "Copy link", "de": "Link kopieren"},
    "proof": {"en": "Download proof", "de": "Beleg laden"},
    "retry": {"en": "Ask again", "de": "Noch einmal fragen"},
    "edit": {"en": "Edit question", "de": "Frage ändern"},
    "conversation": {"en": "Conversation:", "de": "Gespräch:"},
    "save": {"en": "Save as Markdown", "de": "Als Markdown sichern"},
    "print": {"en": "Print", "de": "Drucken"},
    "clear": {"en": "Start anew", "de": "Neu beginnen"},
    "close": {"en": "Close", "de": "Schließen"},
    "articles_intro": {
        "en": "Everything that is searched for an answer. Each article can be read here in full.",
        "de": "Alles, was für eine Antwort durchsucht wird. Jeder Artikel ist hier ganz zu lesen.",
    },
    "add_heading": {"en": "Add an article", "de": "Einen Artikel aufnehmen"},
    "add_what": {
        "en": "Address of a page or a feed, or the text itself",
        "de": "Adresse einer Seite oder eines Feeds, oder der Text selbst",
    },
    "add_title": {"en": "Title, if it is not found", "de": "Titel, falls er nicht gefunden wird"},
    "add_publisher": {"en": "Publisher, if it is not found", "de": "Herausgeber, falls er nicht gefunden wird"},
    "add_date": {"en": "Date, if it is not found", "de": "Datum, falls es nicht gefunden wird"},
    "add_button": {"en": "Add", "de": "Aufnehmen"},
    "add_empty": {"en": "Give an address or a text.", "de": "Bitte eine Adresse oder einen Text angeben."},
    "add_running": {
        "en": "Another article is being added. Try again in a moment.",
        "de": "Gerade wird ein anderer Artikel aufgenommen. Bitte gleich noch einmal versuchen.",
    },
    "articles_found": {"en": "{count} of {total} articles", "de": "{count} von {total} Artikeln"},
    "articles_none": {
        "en": "No article fits. Take a filter away or search for fewer words.",
        "de": "Kein Artikel passt. Weniger Filter oder weniger Suchwörter helfen.",
    },
    "articles_more": {
        "en": "The first {shown} are listed; a narrower search shows the others.",
        "de": "Die ersten {shown} sind aufgeführt; eine engere Suche zeigt die übrigen.",
    },
    "filter_words": {"en": "Words in the text", "de": "Wörter im Text"},
    "filter_language": {"en": "Language", "de": "Sprache"},
    "filter_kind": {"en": "Kind", "de": "Art"},
    "filter_publisher": {"en": "Publisher", "de": "Herausgeber"},
    "filter_since": {"en": "Published since", "de": "Erschienen ab"},
    "filter_until": {"en": "Published until", "de": "Erschienen bis"},
    "filter_all": {"en": "All", "de": "Alle"},
    "article_unknown_title": {"en": "No such article", "de": "Kein solcher Artikel"},
    "article_unknown": {
        "en": "There is no article “{id}” in this corpus; it may have been removed. The view Articles lists those that "
        "there are.",
        "de": "Einen Artikel „{id}“ gibt es in diesem Korpus nicht; vielleicht wurde er entfernt. Die Ansicht Artikel "
        "nennt alle, die es gibt.",
    },
    "article_changed": {
        "en": "The article has changed since it was cited: cited was {cited}, now it is {current}. So no quote is marked.",
        "de": "Der Artikel wurde geändert, seit er zitiert wurde: zitiert war {cited}, jetzt ist es {current}. Darum ist kein "
        "Zitat markiert.",
    },
    "copied": {"en": "Copied.", "de": "Kopiert."},
    "lost": {
        "en": "The connection to Dealbrief was lost. The question is still in the box; ask again when the page can be reached.",
        "de": "Die Verbindung zu Dealbrief ist abgebrochen. Die Frage steht noch im Feld; sobald die Seite erreichbar ist, "
        "lässt sie sich erneut stellen.",
    },
    "failed": {
        "en": "The answer could not be made. The question is still in the box; ask again.",
        "de": "Die Antwort kam nicht zustande. Die Frage steht noch im Feld und lässt sich erneut stellen.",
    },
    "busy": {
        "en": "Too many questions at once. The question is still in the box; ask again in a minute.",
        "de": "Zu viele Fragen auf einmal. Die Frage steht noch im Feld und lässt sich in einer Minute erneut stellen.",
    },
    "announced": {"en": "Answer with {count} sources.", "de": "Antwort mit {count} Quellen."},
    "announced_refusal": {"en": "The corpus does not say.", "de": "Der Korpus sagt dazu nichts."},
    "too_long": {"en": "{length} of at most {limit} characters", "de": "{length} von höchstens {limit} Zeichen"},
    "editing": {
        "en": "Editing the last question; its answer will be replaced.",
        "de": "Die letzte Frage wird geändert, ihre Antwort ersetzt.",
    },
    "unknown_view": {
        "en": "There is no view “{view}”; this is the question box instead.",
        "de": "Eine Ansicht „{view}“ gibt es nicht; stattdessen steht hier das Feld für Fragen.",
    },
    "view_brief": {"en": "Brief", "de": "Überblick"},
    "view_timeline": {"en": "Timeline", "de": "Zeitleiste"},
    "view_changes": {"en": "What changed", "de": "Was ist neu"},
    "view_disputes": {"en": "Who says what", "de": "Wer sagt was"},
    "intro_brief": {
        "en": "The page to hand over: where things stand, how it came to this, what is disputed and what comes next.",
        "de": "Die Seite zum Weitergeben: wie es steht, wie es dazu kam, was strittig ist und was als Nächstes kommt.",
    },
    "intro_timeline": {
        "en": "What happened when, and what is planned. Every mark and every row is a quote with its source.",
        "de": "Was wann geschah und was vorgesehen ist. Jede Marke und jede Zeile ist ein Zitat mit Quelle.",
    },
    "intro_changes": {
        "en": "What happened, ran out or was replaced since a date, the newest first.",
        "de": "Was seit einem Datum geschah, ablief oder ersetzt wurde, das Neueste zuerst.",
    },
    "intro_disputes": {
        "en": "Where reports contradict each other: both sides, word for word.",
        "de": "Wo Berichte einander widersprechen: beide Seiten, Wort für Wort.",
    },
    "field_of_about": {"en": "Only about", "de": "Nur über"},
    "field_of_length": {"en": "Length", "de": "Länge"},
    "field_of_as_of": {"en": "As known on", "de": "Wissensstand vom"},
    "field_of_from": {"en": "From", "de": "Von"},
    "field_of_to": {"en": "To", "de": "Bis"},
    "field_of_since": {"en": "Since", "de": "Seit"},
    "length_page": {"en": "A page", "de": "Eine Seite"},
    "length_short": {"en": "Short", "de": "Kurz"},
    "show": {"en": "Show", "de": "Zeigen"},
    "making": {"en": "Reading the articles", "de": "Die Artikel werden gelesen"},
    "view_failed": {
        "en": "This could not be loaded. Try again when Dealbrief can be reached.",
        "de": "Das ließ sich nicht laden. Sobald Dealbrief erreichbar ist, hilft ein neuer Versuch.",
    },
    "bad_date": {
        "en": "“{text}” is no date of the calendar. Give for example 2025, 2025-04 or 2025-04-02.",
        "de": "„{text}“ ist kein Datum des Kalenders. Möglich sind zum Beispiel 2025, 2025-04 oder 2025-04-02.",
    },
    "bad_range": {
        "en": "The range is upside down: {start} is after {end}. Exchange the two dates.",
        "de": "Der Zeitraum ist verkehrt herum: {start} liegt nach {end}. Die beiden Daten sind zu tauschen.",
    },
    "bad_subject": {
        "en": "The corpus says nothing about “{about}”. Name somebody or something that it tells of.",
        "de": "Über „{about}“ sagt der Korpus nichts. Es hilft ein Name oder eine Sache, von der er erzählt.",
    },
    "column_date": {"en": "Date", "de": "Datum"},
    "column_event": {"en": "What is said", "de": "Was dazu steht"},
    "column_origins": {"en": "Independent origins, at least", "de": "Unabhängige Quellen, mindestens"},
    "picture_keys": {
        "en": "Each mark opens its quote; the arrow keys go from mark to mark. The same events stand in the table below.",
        "de": "Jede Marke öffnet ihr Zitat; die Pfeiltasten führen von Marke zu Marke. Dieselben Ereignisse stehen in der "
        "Tabelle darunter.",
    },
    "go_on": {"en": "To go on with", "de": "Weiterfragen"},
    "judge_up": {"en": "Good answer", "de": "Gute Antwort"},
    "judge_down": {"en": "Bad answer", "de": "Schlechte Antwort"},
    "feedback_title": {"en": "Feedback on this answer", "de": "Rückmeldung zu dieser Antwort"},
    "feedback_why": {"en": "What was wrong?", "de": "Was war falsch?"},
    "feedback_comment": {"en": "Comment", "de": "Kommentar"},
    "feedback_kept": {
        "en": "Kept are the question, the answer, the reason and the comment, on the machine that Dealbrief runs on; nothing "
        "is sent elsewhere. The command dealbrief feedback forget removes it.",
        "de": "Behalten werden Frage, Antwort, Grund und Kommentar auf dem Rechner, auf dem Dealbrief läuft; gesendet wird "
        "nichts. Der Befehl dealbrief feedback forget entfernt es.",
    },
    "feedback_send": {"en": "Send", "de": "Senden"},
    "cancel": {"en": "Cancel", "de": "Abbrechen"},
    "feedback_thanks": {"en": "Thank you; the feedback is kept.", "de": "Danke, die Rückmeldung ist gespeichert."},
    "feedback_gone": {
        "en": "The page no longer has this answer. Ask the question again and send the feedback then.",
        "de": "Diese Antwort ist auf der Seite nicht mehr da. Nach erneutem Fragen lässt sich die Rückmeldung senden.",
    },
    "busy_feedback": {
        "en": "Too much at once. Send the feedback again in a minute.",
        "de": "Zu viel auf einmal. Die Rückmeldung lässt sich in einer Minute erneut senden.",
    },
    "take_along": {"en": "Take along:", "de": "Mitnehmen:"},
    "form_markdown": {"en": "Markdown", "de": "Markdown"},
    "form_html": {"en": "HTML file", "de": "HTML-Datei"},
    "form_json": {"en": "Proof", "de": "Beleg"},
    "form_csv": {"en": "Table (CSV)", "de": "Tabelle (CSV)"},
    "form_ics": {"en": "Calendar", "de": "Kalender"},
    "form_svg": {"en": "Picture (SVG)", "de": "Bild (SVG)"},
    "outcome_added": {"en": "Added {article}", "de": "Aufgenommen: {article}"},
    "outcome_copy": {
        "en": "Added {article}, a copy of {of}: both count as one origin",
        "de": "Aufgenommen: {article}, eine Kopie von {of}: beide zählen als ein Ursprung",
    },
    "outcome_added_dry": {"en": "Would add {article}", "de": "Würde aufgenommen: {article}"},
    "outcome_copy_dry": {
        "en": "Would add {article}, a copy of {of}",
        "de": "Würde aufgenommen: {article}, eine Kopie von {of}",
    },
    "outcome_known": {"en": "Already there: {article}", "de": "Schon vorhanden: {article}"},
    "outcome_changed": {"en": "Changed: {article}", "de": "Geändert: {article}"},
    "outcome_changed_dry": {"en": "Has changed: {article}", "de": "Hat sich geändert: {article}"},
    "outcome_unchanged": {"en": "Unchanged: {article}", "de": "Unverändert: {article}"},
    "outcome_removed": {"en": "Removed {article}", "de": "Entfernt: {article}"},
    "add_refused": {"en": "{place}: {reason}.", "de": "{place}: {reason}."},
    "known_changed": {
        "en": "Its text has changed since. Take it over with: dealbrief refresh {id}",
        "de": "Der Text hat sich seitdem geändert. Übernehmen mit: dealbrief refresh {id}",
    },
    "known_other": {
        "en": "Its text here is another. Take it in place of the kept one with: dealbrief remove {id}, then add it again",
        "de": "Der Text ist hier ein anderer. Statt des aufbewahrten aufnehmen mit: dealbrief remove {id}, dann neu hinzufügen",
    },
    "not_found": {"en": "Not found: {names}.", "de": "Nicht gefunden: {names}."},
    "not_found_options": {
        "en": "Remove it and add it again with {options}, or correct its file.",
        "de": "Entfernen und neu aufnehmen mit {options}, oder die Datei berichtigen.",
    },
    "batch_done": {
        "en": "{changed} of {all} done, {refused} failed.",
        "de": "{changed} von {all} erledigt, {refused} fehlgeschlagen.",
    },
    "nothing_added": {
        "en": "No article was added yet. Add some with: dealbrief add FILE, FOLDER or ADDRESS",
        "de": "Noch wurde kein Artikel aufgenommen. Aufnehmen mit: dealbrief add DATEI, ORDNER oder ADRESSE",
    },
    "no_article": {
        "en": "There is no article {id}. The added ones are listed by: dealbrief list",
        "de": "Einen Artikel {id} gibt es nicht. Die aufgenommenen nennt: dealbrief list",
    },
    "copy_of": {"en": "copy of {id}", "de": "Kopie von {id}"},
    "old_version": {"en": "Earlier version kept: {digest}", "de": "Frühere Fassung aufbewahrt: {digest}"},
    "ask_about": {"en": "{place}: {title}", "de": "{place}: {title}"},
    "ask_title": {"en": "Title", "de": "Titel"},
    "ask_publisher": {"en": "Publisher (empty: not known)", "de": "Herausgeber (leer: nicht bekannt)"},
    "ask_date": {
        "en": "Date of publication as YYYY, YYYY-MM or YYYY-MM-DD (empty: not known)",
        "de": "Erscheinungsdatum als JJJJ, JJJJ-MM oder JJJJ-MM-TT (leer: nicht bekannt)",
    },
    "ask_language": {"en": "Language as en, de, ... (empty: not known)", "de": "Sprache als en, de, ... (leer: nicht bekannt)"},
    "field_title": {"en": "title", "de": "Titel"},
    "field_publisher": {"en": "publisher", "de": "Herausgeber"},
    "field_date": {"en": "date", "de": "Datum"},
    "field_language": {"en": "language", "de": "Sprache"},
    "title_brief": {"en": "Brief: {title}", "de": "Überblick: {title}"},
    "title_timeline": {"en": "Timeline: {title}", "de": "Zeitleiste: {title}"},
    "title_changes": {"en": "What changed since {since}: {title}", "de": "Was sich seit {since} geändert hat: {title}"},
    "title_disputes": {"en": "Where the reports differ: {title}", "de": "Wo die Berichte auseinandergehen: {title}"},
    "timeline_happened": {"en": "What happened", "de": "Was geschah"},
    "timeline_planned": {"en": "What is planned", "de": "Was vorgesehen ist"},
    "further": {"en": "Also told of it", "de": "Dazu außerdem"},
    "changes_since": {"en": "Since {since}, the newest first.", "de": "Seit {since}, das Neueste zuerst."},
    "changes_replaced": {"en": "Newer figures beside older ones", "de": "Neuere Zahlen neben älteren"},
    "replaces": {"en": "Before", "de": "Zuvor"},
    "changes_settled": {"en": "Confirmed or denied", "de": "Bestätigt oder bestritten"},
    "confirms": {"en": "Confirmed or upheld. Before", "de": "Bestätigt. Zuvor"},
    "denies": {"en": "Denied or overturned. Before", "de": "Bestritten oder aufgehoben. Zuvor"},
    "changes_happened": {"en": "Events, the newest first", "de": "Ereignisse, die neuesten zuerst"},
    "changes_ran_out": {"en": "Dates that passed", "de": "Abgelaufene Termine"},
    "changes_ahead": {"en": "What lies ahead", "de": "Was bevorsteht"},
    "brief_about": {"en": "What it is about", "de": "Worum es geht"},
    "brief_stands": {"en": "Where it stands", "de": "Wie es steht"},
    "brief_history": {"en": "How it came to this", "de": "Wie es dazu kam"},
    "brief_figures": {"en": "Key figures", "de": "Wichtige Zahlen"},
    "brief_actors": {"en": "Who is involved and what they want", "de": "Wer beteiligt ist und was sie wollen"},
    "brief_disputed": {"en": "What is disputed", "de": "Was strittig ist"},
    "brief_unknown": {"en": "What is not known", "de": "Was nicht bekannt ist"},
    "brief_next": {"en": "What comes next", "de": "Was als Nächstes kommt"},
    "dispute_figure": {"en": "Different figures", "de": "Verschiedene Zahlen"},
    "dispute_date": {"en": "Different dates", "de": "Verschiedene Daten"},
    "dispute_attribution": {"en": "Who said or did it", "de": "Wer es sagte oder tat"},
    "dispute_fact": {"en": "Whether it is so", "de": "Ob es so ist"},
    "dispute_scope": {"en": "How much of it", "de": "Wie viel davon"},
    "differ_figure": {"en": "The figures differ.", "de": "Die Zahlen gehen auseinander."},
    "differ_date": {"en": "The dates differ.", "de": "Die Daten gehen auseinander."},
    "differ_attribution": {"en": "It is ascribed differently.", "de": "Es wird verschieden zugeschrieben."},
    "differ_fact": {"en": "One side denies what the other says.", "de": "Eine Seite verneint, was die andere sagt."},
    "differ_scope": {"en": "The scope differs.", "de": "Der Umfang ist verschieden angegeben."},
    "differ_error": {
        "en": "{remark} The first sentence shows an error.",
        "de": "{remark} Der erste Satz zeigt einen Irrtum.",
    },
    "none_timeline": {
        "en": "The corpus tells of no dated event there.",
        "de": "Dazu erzählt der Korpus von keinem datierten Ereignis.",
    },
    "none_changes": {
        "en": "The corpus tells of nothing new since then.",
        "de": "Von etwas Neuem seither erzählt der Korpus nicht.",
    },
    "none_disputes": {
        "en": "No reports that contradict each other were found.",
        "de": "Berichte, die einander widersprechen, wurden nicht gefunden.",
    },
    "none_brief": {
        "en": "The corpus does not carry a brief on that.",
        "de": "Für einen Überblick dazu trägt der Korpus nicht.",
    },
    "origins_count": {"en": "at least {count} independent origins", "de": "mindestens {count} unabhängige Quellen"},
    "picture_description": {
        "en": "{count} dated events, a row for each year; each mark is a link that names date, quote and source.",
        "de": "{count} datierte Ereignisse, eine Zeile je Jahr; jede Marke ist ein Link, der Datum, Zitat und Quelle nennt.",
    },
    "picture_event": {"en": "event, dated to the day", "de": "Ereignis, auf den Tag datiert"},
    "picture_month": {"en": "dated to the month or year", "de": "auf Monat oder Jahr datiert"},
    "picture_planned": {"en": "planned", "de": "vorgesehen"},
    "picture_conflict": {"en": "reports date it differently", "de": "verschieden datiert"},
    "verify_holds": {"en": "holds", "de": "steht so im Artikel"},
    "verify_then": {
        "en": "holds in the version of {date}; the article has changed since",
        "de": "steht in der Fassung vom {date}; der Artikel wurde seither geändert",
    },
    "verify_earlier": {
        "en": "holds in an earlier version; the article has changed since",
        "de": "steht in einer früheren Fassung; der Artikel wurde seither geändert",
    },
    "verify_changed": {
        "en": "the quote still stands in the article, whose text or source is not the one that was cited",
        "de": "das Zitat steht noch im Artikel, doch Text oder Quelle sind nicht die zitierten",
    },
    "verify_gone": {"en": "the quote is gone", "de": "das Zitat steht nicht mehr da"},
    "verify_missing": {"en": "the article is not in this corpus", "de": "der Artikel ist nicht in diesem Korpus"},
    "verify_altered": {
        "en": "the statement is not what its quotes say: the file was edited",
        "de": "die Aussage ist nicht ihr Zitat: die Datei wurde bearbeitet",
    },
    "verify_rephrased": {
        "en": "the quotes stand in the articles; whether they support the wording was not checked again",
        "de": "die Zitate stehen in den Artikeln; ob sie die Formulierung decken, wurde nicht erneut geprüft",
    },
    "verify_inconsistent": {
        "en": "The file is not as it was written: its text, markers, dates or titles were edited.",
        "de": "Die Datei ist nicht mehr, wie sie geschrieben wurde: Text, Ziffern, Daten oder Titel wurden bearbeitet.",
    },
    "verify_summary": {"en": "{holding} of {count} statements hold.", "de": "{holding} von {count} Aussagen gelten."},
}

_LANGUAGE_NAMES: Final = {
    "en": {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"},
    "de": {
        "en": "Englisch",
        "de": "Deutsch",
        "fr": "Französisch",
        "es": "Spanisch",
        "it": "Italienisch",
        "nl": "Niederländisch",
    },
}
_MONTHS: Final = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}


def say(key: str, language: str, /, **values: object) -> str:
    """One of our sentences in a language (English where there is no other), with its values."""
    texts = _TEXTS[key]
    return texts.get(language, texts["en"]).format(**values)


def reason_text(code: str, language: str) -> str:
    """The reason of a check's verdict in words, from its code. KeyError for a code that the check does not give."""
    return say(f"reason_{code}", language)


def language_name(code: str, language: str) -> str:
    """The name of a language in another one; its code where we have none."""
    return _LANGUAGE_NAMES.get(language, _LANGUAGE_NAMES["en"]).get(code, code)


def month_name(number: int, language: str) -> str:
    """The name of a month, 1 to 12, in a language."""
    return _MONTHS.get(language, _MONTHS["en"])[number - 1]


def date_text(value: PartialDate | date | None, language: str) -> str:
    """A date as it is written in a language, to the precision that it has."""
    if value is None:
        return say("undated", language)
    months = _MONTHS.get(language, _MONTHS["en"])
    if value.month is None:
        return str(value.year)
    month = f"{months[value.month - 1]} {value.year}"
    if value.day is None:
        return month
    return f"{value.day}. {month}" if language == "de" else f"{value.day} {month}"


def source_label(source: Source, language: str) -> str:
    """What stands beside a quote: who says it and when; a digest or a dossier is never taken for a publisher's own text."""
    publisher = source.publisher or say("unknown_publisher", language)
    if source.kind == "dossier":
        return f"{say('dossier', language)}: {source.title}"
    name = say("digest_of", language, publisher=publisher) if source.kind == "digest" else publisher
    if source.origin:
        name += f" ({say('after_origin', language, origin=source.origin)})"
    return f"{name}, {date_text(source.published, language)}"
