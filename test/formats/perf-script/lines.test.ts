import { describe, expect, it } from 'vitest'
import { eventLine } from '../../../formats/perf-script/event-line.js'
import { frameLine, sourceLine } from '../../../formats/perf-script/frame-line.js'
import { memorySource } from '../../../src/bytes/source.js'
import { NO_POSITION } from '../../../src/model/tables.js'
import { readProfileSet } from '../../../src/pipeline/read.js'

describe('eventLine', () => {
  it.each([
    ['java 12688 [002] 6544038.708352: cpu-clock: ', 'java', null, 12688, null, 'cpu-clock', ''],
    ['Web Content 100/12 [001]  1.000001:   7 cycles:u: ', 'Web Content', 100, 12, 7, 'cycles:u', ''],
    [
      'odd: 12 (main)  3259  5337.165548:   2000000 cpu-clock:   11e8 leaf+0x18 (/a)',
      'odd: 12 (main)',
      null,
      3259,
      2e6,
      'cpu-clock',
      '11e8 leaf+0x18 (/a)',
    ],
    [':-1 -1 [000] 12.345678901: cpu/cycles,name=a:b/ppp:', ':-1', null, -1, null, 'cpu/cycles,name=a:b/ppp', ''],
    [
      'sh 5 [000] d..2. 1.000001: sched:sched_switch: prev_comm=a prev_pid=1',
      'sh',
      null,
      5,
      null,
      'sched:sched_switch',
      'prev_comm=a prev_pid=1',
    ],
    ['odd page-faults: ', 'odd', null, null, null, 'page-faults', ''],
    ['odd 7/8 [001] 3 cycles:', 'odd', 7, 8, 3, 'cycles', ''],
    ['odd 8 1.000001: ', 'odd', null, 8, null, null, ''],
  ] as const)('%s', (line, command, process, thread, period, event, rest) => {
    expect(eventLine(line)).toMatchObject({ command, process, thread, period, event, rest })
  })

  it('keeps every digit of the time', () => {
    expect(eventLine('a 1 6544038.000000007: x: ')!.time).toEqual({ seconds: 6544038, nanoseconds: 7 })
    expect(eventLine('a 1 6544038.000007: x: ')!.time).toEqual({ seconds: 6544038, nanoseconds: 7000 })
  })

  it.each(['', 'main;work 12', 'a b c', '11e8 leaf+0x18 (/a)'])('is null for %j', (line) => {
    expect(eventLine(line)).toBeNull()
  })
})

describe('frameLine', () => {
  it.each([
    ['11e8 leaf+0x18 (/srv/app/hot)', ['leaf'], '/srv/app/hot', false],
    ['11e8 mix+0x18 (inlined)', ['mix'], null, true],
    ['11e8 (anonymous namespace)::f(int, char)+0x1 (/a.so)', ['(anonymous namespace)::f(int, char)'], '/a.so', false],
    [
      '11e8 std::function<void (int)>::operator()(int) const',
      ['std::function<void (int)>::operator()(int) const'],
      null,
      false,
    ],
    ['11e8 f(int) const (/a.so (deleted))', ['f(int) const'], '/a.so (deleted)', false],
    ['11e8 [unknown] (/usr/lib/b.so (deleted))', ['[b.so]'], '/usr/lib/b.so (deleted)', false],
    ['11e8 [unknown] ([unknown])', ['[unknown]'], null, false],
    ['11e8 (/usr/lib/b.so)', ['[b.so]'], '/usr/lib/b.so', false],
    ['ffffffff810013aa halt ([kernel.kallsyms])', ['halt'], '[kernel.kallsyms]', false],
    ['7f LA;::run->LB;::step (/tmp/perf-1.map)', ['LB;::step', 'LA;::run'], '/tmp/perf-1.map', false],
    ['7f p<A>::operator->() (/a.so)', ['p<A>::operator->()'], '/a.so', false],
    ['7f', ['[unknown]'], null, false],
  ] as const)('%s', (line, names, object, inlined) => {
    expect(frameLine(line)).toEqual({ names, object, inlined })
  })

  it('is null for other text', () => expect(frameLine('xyz leaf')).toBeNull())
})

describe('sourceLine', () => {
  it.each([
    ['hot.c:7 (inlined)', 'hot.c', 7, true],
    ['/srv/a b/hot.c:12 (discriminator 3)', '/srv/a b/hot.c', 12, false],
    ['??:0', null, NO_POSITION, false],
    ['hot.c:?', null, NO_POSITION, false],
    ['[kernel.kallsyms][ffffffff81775b9a]', null, NO_POSITION, false],
  ] as const)('%s', (text, file, line, inlined) => {
    expect(sourceLine(text)).toEqual({ file, line, inlined })
  })
})

describe('a text that is no perf script throughout', () => {
  const broken = 'a 1 1.000001: 5 cycles: \n\t11 f (/a)\n\nno sample at all\n\na 1 1.000002: 5 cycles: \n\t11 f (/a)\n'
  const read = (lenient: boolean) => readProfileSet(memorySource('x', new TextEncoder().encode(broken)), { lenient })

  it('is refused with its line', async () => {
    await expect(read(false)).rejects.toMatchObject({
      message: 'expected the first line of a sample, got "no sample at all"',
      place: { line: 4 },
    })
  })

  it('loses only that line under lenient', async () => {
    const { set, problems } = await read(true)
    expect(set.profiles[0]!.samples!.length).toBe(2)
    expect(problems).toHaveLength(1)
  })
})
