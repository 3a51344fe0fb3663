

def test_try(toy):
    import time

    t = time.time()
    rows = toy.run(speed=True)
    print(time.time() - t)
    for r in rows:
        print(r.kind, r.case, r.arm, r.seed, r.value, r.status, r.failure, r.seconds, len(r.samples), r.notes)
    print(r.environment, r.at)
    print(toy.progress)
    t = time.time()
    rows2 = toy.run(speed=True, known=rows)
    print(time.time() - t, len(toy.new))
    assert rows2 == rows
    assert not list(toy.scratch.iterdir())
