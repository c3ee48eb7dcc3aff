"""Measures what cProfile costs per call on this interpreter and machine. Prints JSON for `callcost ... --overhead FILE`.

    python3 calibrate-cprofile.py > overhead.json

Run it with the interpreter that was profiled, on the same machine, while nothing else runs. Takes a few seconds. Works
with Python 3.6 and newer, and needs nothing but the standard library.

cProfile books its own work in two places. What runs between its two clock readings of a call ends up in the own time of
the function that is called ("in"); the rest lands in the own time of the caller ("out"). A loop over an empty function
shows both: the callee does nothing, so its own time is "in"; what the loop takes longer than without a profiler is
"out". Per call, `perCallIn + perCallOut` is what the profiler added to the run.

`slowdown` is another cost, which no count of calls shows: how much longer Python code takes that calls nothing. Python
3.11 turns off its specialised instructions while a profiler is active (about 2); most other versions do not (about 1).
Times of functions written in Python, without what calls add, are to be divided by it.

The values are the least of several repetitions, each for itself: noise only ever adds. They are seconds per call, for
functions written in Python (`perCall...`) and for those written in C (`builtin...`).
"""
import cProfile
import json
import platform
import sys
import time

CALLS = 200000
REPETITIONS = 15


def empty():
    pass


def call_python(count):
    callee = empty
    for _ in range(count):
        callee()


def call_builtin(count):
    callee = abs
    for _ in range(count):
        callee(1)


def call_nothing(count):
    total, weight = 0.0, 1.0
    for number in range(count):
        weight *= 0.99999
        total += number / weight
        if total > 1e9:
            total = 0.0
    return total


def plain_seconds(loop):
    start = time.perf_counter()
    loop(CALLS)
    return time.perf_counter() - start


def profiled_seconds(loop):
    """Own time of the callee and of the loop, as cProfile reports them."""
    profiler = cProfile.Profile()
    profiler.enable()
    loop(CALLS)
    profiler.disable()
    callee = caller = None
    for entry in profiler.getstats():
        if entry.code is loop.__code__:
            caller = entry.inlinetime
        elif entry.callcount == CALLS:
            callee = entry.inlinetime
    return callee, caller


def per_call(loop, repetitions):
    plain, inside, outside = [], [], []
    loop(CALLS // 10)
    for _ in range(repetitions):
        plain.append(plain_seconds(loop))
        callee, caller = profiled_seconds(loop)
        inside.append(callee)
        outside.append(caller)
    return min(inside) / CALLS, max(0.0, min(outside) - min(plain)) / CALLS


def slowdown(repetitions):
    """Profiled by plain time of code without calls."""
    plain, profiled = [], []
    call_nothing(CALLS)
    for _ in range(repetitions):
        plain.append(plain_seconds(call_nothing))
        # `range` is the one call, outside the loop.
        profiled.append(profiled_seconds(call_nothing)[1])
    return max(1.0, min(profiled) / min(plain))


def main():
    repetitions = max(9, int(sys.argv[1])) if len(sys.argv) > 1 else REPETITIONS
    python_in, python_out = per_call(call_python, repetitions)
    builtin_in, builtin_out = per_call(call_builtin, repetitions)
    print(json.dumps({
        "schema": "callcost/overhead/1",
        "runtime": "%s %s" % ({"CPython": "Python"}.get(platform.python_implementation(), platform.python_implementation()),
                              platform.python_version()),
        "perCallIn": float("%.4g" % python_in),
        "perCallOut": float("%.4g" % python_out),
        "builtinIn": float("%.4g" % builtin_in),
        "builtinOut": float("%.4g" % builtin_out),
        "slowdown": float("%.3g" % slowdown(repetitions)),
    }, indent=2))


if __name__ == "__main__":
    main()
