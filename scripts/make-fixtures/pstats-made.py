"""Writes pstats files that no profiler gives on demand into the current folder. Runs on 2.7 and 3.x.

pythonX pstats-made.py code      pyXY-code.pstats: a code object as key, as the profile module makes it, with constants
                                 of all types; each minor version of Python has its own layout or magic
pythonX pstats-made.py numbers   pyXY-numbers.pstats: counts and times at the ends of what there is
pythonX pstats-made.py shared    pyXY-shared.pstats: entries that share values, callers and numbers by reference
pythonX pstats-made.py mixed     pyXY-mixed.pstats: callers with and without costs, and one without an entry
pythonX pstats-made.py long      pyXY-long.pstats: texts of 255, 256 and 70,000 characters
"""
import marshal
import sys

SOURCE = u'''
"""A script."""
import os
LIMITS = (1, -7, 2 ** 80, 1.5, 1e300, 3j, b"bytes", None, True, False, Ellipsis)

class Shop(object):
    rate = 0.19
    def total(self, *items, **options):
        def tax(price, rate=0.19):
            return price * rate + len(items)
        kinds = "a" in {"a", "b", "c"}
        return [tax(item) for item in items] + [lambda: options, kinds, u"\\u00e9t\\u00e9"]

def outer():
    seen = []
    def inner(x):
        seen.append(x)
        yield x
    return inner
'''


def value(calls, self, total, callers):
    return (calls, calls, self, total, callers)


def made_code():
    code = compile(SOURCE, '/srv/app/script.py', 'exec')
    run = ('profile', 0, code)
    main = ('/srv/app/script.py', 1, '<module>')
    shop = ('/srv/app/script.py', 7, 'Shop')
    return {
        main: value(1, 0.25, 1.0, {run: 1}),
        run: value(1, 0.0, 1.0, {('profile', 0, 'profiler'): 1}),
        ('profile', 0, 'profiler'): value(0, 0, 0, {}),
        shop: value(1, 0.75, 0.75, {main: 1, run: 2}),
    }


def made_numbers():
    inf = float('inf')
    main = ('/srv/odd.py', 1, '<module>')
    stats = {main: (1, 1, 0.0, 1.0, {})}
    counts = [0, -1, 32767, 32768, 2 ** 31 - 1, 2 ** 31, -2 ** 31, -2 ** 31 - 1, 2 ** 45 - 1, 2 ** 45, 2 ** 53 - 1, 2 ** 53,
              2 ** 53 + 1, -2 ** 63, 2 ** 63, 2 ** 64, 10 ** 300]
    for line, count in enumerate(counts):
        stats['/srv/counts.py', line, 'f%d' % line] = (count, count, 0.5, 0.5, {main: (count, count, 0.5, 0.5)})
    times = [0, 5, -0.0, 5e-324, 1.7976931348623157e308, 0.1, -0.006, inf, -inf, inf - inf]
    for line, time in enumerate(times):
        stats['/srv/times.py', -line, 't%d' % line] = (1, 1, time, time, {main: (1, 1, time, time)})
    for key in [('', 0, 'no file'), ('~', 0, 'no brackets'), ('~', 3, '<not line zero>'), ('', 3, '<x>'),
                ('/srv/odd.py', 2 ** 31 - 1, 'last line'), ('/srv/odd.py', 1 - 2 ** 31, 'first line'),
                ('/srv/odd.py', 9, 'blanks, (parens) and \t tab\n'), ('/srv/odd.py', 9, '')]:
        stats[key] = (0, 2, 0.0, 0.0, {main: (2, 0, 0.0, 0.0)})
    return stats


def made_shared():
    main, low = ('/srv/app.py', 1, '<module>'), ('/srv/app.py', 5, 'low')
    costs = (3, 2, 0.125, 0.25)
    callers = {main: costs, low: costs}
    shared = (6, 6, 0.5, 1.5, callers)
    stats = {main: value(1, 0.5, 4.5, {}), low: shared}
    for line in range(10, 14):
        stats['/srv/app.py', line, 'f'] = shared
        stats['/srv/app.py', line, 'g'] = (1, 1, 0.5, 1.5, callers)
    return stats


def made_mixed():
    main, gone = ('/srv/app.py', 1, '<module>'), ('/srv/gone.py', 1, 'gone')
    return {
        ('/srv/app.py', 3, 'both'): value(5, 0.5, 0.5, {main: (2, 2, 0.25, 0.25), gone: 3}),
        ('/srv/app.py', 4, 'costs'): value(1, 0.5, 0.5, {gone: (1, 1, 0.5, 0.5)}),
        main: value(1, 0.0, 1.0, {}),
    }


def made_long():
    main = ('/srv/app.py', 1, '<module>')
    stats = {main: value(1, 0.0, 1.0, {})}
    for size in (255, 256, 70000):
        stats['/srv/' + 'x' * (size - 5), 1, 'f'] = value(1, 0.5, 0.5, {main: (1, 1, 0.5, 0.5)})
    return stats


name = 'py%d%d-%s.pstats' % (sys.version_info[0], sys.version_info[1], sys.argv[1])
with open(name, 'wb') as stream:
    marshal.dump(globals()['made_' + sys.argv[1]](), stream)
