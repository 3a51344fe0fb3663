import pytest


def test_try(toy):
    import time, json
    from paperlab.harness import judge, results
    from conftest import CARD

    t = time.time()
    rows = toy.run(speed=True, budget="small")
    print(time.time() - t)
    vs = judge(CARD, rows, budget="small")
    for v in vs:
        print(v)
    print(json.dumps(results(CARD, rows, vs))[:3000])
    for v in judge(CARD, rows, budget="smoke"):
        print(v)
