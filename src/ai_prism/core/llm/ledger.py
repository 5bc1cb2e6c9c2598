"""What left the machine: added up for programs, and said in a sentence for people."""

from collections.abc import Iterable, Sequence

from ai_prism.core.model import NOTHING_SENT, Sent


def together(sent: Iterable[Sent]) -> tuple[Sent, ...]:
    """Return *sent* with all that one model at one host got as one entry."""
    sums: dict[tuple[str, str], Sent] = {}
    for one in sent:
        known = sums.get((one.to, one.model))
        sums[one.to, one.model] = _sum(known, one) if known else one
    return tuple(sums.values())


def said(sent: Sequence[Sent]) -> str:
    """Return in one sentence what left the machine, to whom, and what it cost."""
    return "; ".join(_said(one) for one in sent) or NOTHING_SENT


def _said(one: Sent) -> str:
    requests = f"{one.requests:,} request{'s' if one.requests != 1 else ''}"
    tokens = f"{one.tokens_in:,} tokens in and {one.tokens_out:,} out"
    price = "price unknown" if one.price is None else f"${one.price:.4f}"
    to = f"{one.to} ({one.model})"
    return f"{one.characters:,} characters in {requests} to {to}, {tokens}, {price}"


def _sum(one: Sent, other: Sent) -> Sent:
    # What has no price makes the sum unknown, not smaller; a request that took no token is free.
    costly = [s for s in (one, other) if s.price is not None or s.tokens_in]
    prices = [s.price for s in costly]
    known = [price for price in prices if price is not None]
    return Sent(
        to=one.to,
        model=one.model,
        requests=one.requests + other.requests,
        characters=one.characters + other.characters,
        tokens_in=one.tokens_in + other.tokens_in,
        tokens_out=one.tokens_out + other.tokens_out,
        price=sum(known) if known and len(known) == len(prices) else None,
    )
