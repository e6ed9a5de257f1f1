"""A reminder: the short message that asks a partner for what it owes, and the workbooks to fill in.

The message is plain text, to be sent by whatever means a partnership has. It names posts and no person: the post that
asks and how a return is sent stand in ``partnership.yaml`` (``asking_for_returns``), and the post that is asked is the
one that the partner's returns name most often. A workbook is for exactly the months for which figures are owed; where
months between them have come whole, there is one workbook before them and one after.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from priority_two.errors import one_line
from priority_two.files.data_folder import DataFolder
from priority_two.periods import MONTH, QUARTER, Period, date_label, month_text
from priority_two.personal import personal
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.due import FIGURES, PERMISSION, THE_RETURN, OwedReturn, months_to_send
from priority_two.returns.store import Return
from priority_two.returns.submit.layout import PERMISSIONS
from priority_two.returns.submit.template import template
from priority_two.sentences import agreeing, listed

WIDTH = 88


def reminders(
    folder: DataFolder,
    catalogue: Catalogue,
    returns: Iterable[Return],
    owed: Mapping[str, Sequence[OwedReturn]],
    as_at: dt.date,
) -> dict[str, bytes]:
    """Return the message and the workbooks for each partner that owes something, by the name of each file.

    Raises
    ------
    Refused
        As :func:`priority_two.returns.submit.template.template`.
    """
    posts = _posts(returns)
    files: dict[str, bytes] = {}
    for partner, debts in owed.items():
        books = {
            f"{partner}_{_file_months(months)}.xlsx": template(folder, catalogue, partner, months)
            for months in months_to_send(debts)
        }
        text = message(catalogue, partner, debts, list(books), posts.get(partner, ""), as_at)
        files |= {f"{partner}.txt": text.encode(), **books}
    return files


def message(
    catalogue: Catalogue, partner: str, owed: Sequence[OwedReturn], books: Sequence[str], post: str, as_at: dt.date
) -> str:
    """Return the message to a partner; ``post`` is whom it goes to, blank where no return has named a post."""
    partnership = catalogue.partnership
    name, asking = one_line(catalogue.partners[partner]), partnership.asking_for_returns
    from_post = one_line(asking.post or partnership.exceptions.returns.owner)
    blocks = [
        f"Subject: Data return of {name}",
        f"To: {one_line(post) or 'Whoever sends the data return'}, {name}\nFrom: {from_post}, {partnership.name}",
        *(_asked(owes, catalogue, as_at) for owes in owed),
    ]
    if books:
        comes = f"the {agreeing(len(books), 'workbook', 'workbooks')} {listed(books)}, sent with this message"
        sent_before = " Leave blank what you have sent before." if any(owes.owed == FIGURES for owes in owed) else ""
        blocks.append(_filled(f"How to send it: fill in {comes}; the first page says how.{sent_before}"))
        blocks.append(
            _filled(
                "Where a figure is not available, write x, and a word on why as its note. Send true counts, small ones "
                "too, and nothing about a person."
            )
        )
        blocks.append(_filled(asking.how_to_send))
    return "\n\n".join(blocks) + "\n"


def _asked(owes: OwedReturn, catalogue: Catalogue, as_at: dt.date) -> str:
    """Return the paragraph on one debt: what it is, by when, and the figures one by one."""
    months, due = months_label(owes.months), date_label(owes.due)
    if owes.owed == PERMISSION:
        allowed = " or ".join(f"{word} ({means})" for word, means in PERMISSIONS.items() if word != "none")
        return _filled(
            f"Your figures for {months} came without permission to use them. If they may be used, please send the "
            f"same return once more, with the permission {allowed}."
        )
    by = f"{'were' if owes.days_late else 'are'} due by {due}"
    if owes.owed == THE_RETURN:
        opening = f"By {date_label(as_at)} nothing had been received for {months}. These figures {by}:"
    else:
        opening = f"Your return for {months} did not have these figures, which {by}:"
    lines = [
        textwrap.fill(
            f"- {measure} {catalogue.measures[measure].title}: {_periods(owes, measure)}", WIDTH, subsequent_indent="  "
        )
        for measure in owes.measures()
    ]
    return "\n".join([_filled(opening), *lines])


def _periods(owes: OwedReturn, measure: str) -> str:
    return listed([period.label for name, period in owes.figures if name == measure])


def months_label(months: Period) -> str:
    """Return months as a message says them: ``March 2021``, ``January 2021 to March 2021 (Quarter Four 2020-21)``."""
    plain = months.plain
    if plain.kind == MONTH:
        return plain.label
    return f"{months.label} ({plain.label})" if plain.kind == QUARTER else months.label


def _file_months(months: Period) -> str:
    first, last = month_text(months.first), month_text(months.last)
    return first if first == last else f"{first}_{last}"


def _posts(returns: Iterable[Return]) -> dict[str, str]:
    """Return the post that each partner's returns name most often, and of two the later; none that looks personal."""
    posts: dict[str, Counter[str]] = {}
    for sent in sorted(returns, key=lambda sent: sent.receipt, reverse=True):
        if sent.terms.contact_post and not personal(sent.terms.contact_post):
            posts.setdefault(sent.terms.partner, Counter())[sent.terms.contact_post] += 1
    return {partner: counted.most_common(1)[0][0] for partner, counted in posts.items()}


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
