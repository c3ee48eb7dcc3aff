import { describe, expect, it } from 'vitest'
import { Progress } from '../../src/cli/progress.js'

function drawn(columns: number, name = 'run.prof') {
  const written: string[] = []
  const clock = { ms: 0 }
  const output = { columns, write: (text: string) => written.push(text) }
  return { written, clock, progress: new Progress(name, output, () => clock.ms) }
}

describe('Progress', () => {
  it('says nothing about what is quick', () => {
    const { written, clock, progress } = drawn(80)
    progress.update(10, 100)
    clock.ms = 299
    progress.update(100, 100)
    progress.clear()
    expect(written).toEqual([])
  })

  it('is drawn over ten times a second, and cleared', () => {
    const { written, clock, progress } = drawn(80)
    for (clock.ms = 300; clock.ms < 500; clock.ms += 10) progress.update(clock.ms * 1e6, 1e9)
    progress.clear()
    expect(written).toEqual(['\r\x1b[Krun.prof: 300 MB read, 30 %', '\r\x1b[Krun.prof: 400 MB read, 40 %', '\r\x1b[K'])
  })

  it('estimates what is left, once there is enough to tell by', () => {
    const { written, clock, progress } = drawn(80)
    for (const [ms, share] of [
      [1900, 0.3],
      [2500, 0.04],
      [4000, 0.25],
      [100_000, 0.25],
      [101_000, 1],
    ] as const) {
      clock.ms = ms
      progress.update(share * 1e9, 1e9)
    }
    expect(written.map((text) => text.slice(text.indexOf('read')))).toEqual([
      'read, 30 %',
      'read, 4 %',
      'read, 25 %, about 12 s left',
      'read, 25 %, about 5 min left',
      'read, 100 %',
    ])
  })

  it('has no share for a pipe, and no line longer than the terminal', () => {
    const { written, clock, progress } = drawn(30, `${'long/'.repeat(20)}\x1b[2J.prof`)
    clock.ms = 1000
    progress.update(2e6, null)
    expect(written).toEqual([expect.stringMatching(/^\r\x1b\[Klong\/.*….*\.prof: 2 MB read$/)])
    expect(written[0]!.length).toBe(29 + '\r\x1b[K'.length)
  })
})
