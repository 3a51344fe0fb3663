"""Papers of two topics, by number."""

from paperlab.records.paper import PaperRecord

TOPICS = {
    "kernel": "We bound the regret of kernel bandits with a gaussian process and a posterior variance",
    "genome": "We align genome reads of bacteria with a suffix array and a protein alphabet",
}
DAY = "2026-06-01T00:00:00Z"


def record(number: int, topic: str, **more: object) -> PaperRecord:
    text = f"{TOPICS[topic]} in experiment number{number} of variant{number % 7}"
    return PaperRecord(
        id=f"2001.{number:05d}", version=1, title=f"On {topic} methods {number}", abstract=text,
        authors=(f"Ada {topic.title()}",), categories=("cs.LG" if topic == "kernel" else "q-bio.GN",), **more,
    )  # fmt: skip


def papers(count: int) -> list[PaperRecord]:
    return [record(n, "kernel" if n % 2 else "genome") for n in range(count)]
