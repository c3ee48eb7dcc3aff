"""Takes a core away in bursts, as the neighbours on a shared machine do, until it is killed.

    python3 disturb.py SEED

Bursts of 1.5 ms on average, exponentially distributed. How much of the time they take changes every quarter of a second,
between nothing and a half.
"""
import random
import sys
import time

BURST_S = 0.0015
SHARES = [0, 0.05, 0.1, 0.2, 0.35, 0.5]
PERIOD_S = 0.25


def main():
    chance = random.Random(int(sys.argv[1]))
    now = time.perf_counter
    while True:
        share = chance.choice(SHARES)
        end = now() + PERIOD_S
        if share == 0:
            time.sleep(PERIOD_S)
            continue
        while now() < end:
            until = now() + chance.expovariate(1 / BURST_S)
            while now() < until:
                pass
            time.sleep(chance.expovariate(share / (BURST_S * (1 - share))))


main()
