import { describe, expect, it } from 'vitest'
import { dotLabel, escapeForDot } from '../../../src/encode/dot.js'
import { CallcostError } from '../../../src/errors.js'
import type { Profile } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { graph, stacks } from '../../support/draw.js'

async function written(profile: Profile, options = {}, notes: string[] = []): Promise<string> {
  const parts: Uint8Array[] = []
  const onNote = (note: string) => notes.push(note)
  const set = { profiles: [profile], active: 0 }
  for await (const part of await convertProfiles(set, { to: 'dot', options, onNote })) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const DRAWING = `
  main 1x self=1 total=1000
  main -> work 4821x total=995
  main -> small 2x total=4
  work 4821x self=995 total=995
  small 2x self=4 total=4
`

describe('writing', () => {
  it('says self, total and calls of functions and calls', async () => {
    const text = await written(graph(DRAWING))
    expect(text).toMatch(/n0 \[label="main\\nself 1 s \(0\.1 %\)\\ntotal 1000 s \(100\.0 %\)\\n1 call", fillcolor="/)
    expect(text).toContain('label="work\\nself 995 s (99.5 %)\\ntotal 995 s (99.5 %)\\n4,821 calls"')
    expect(text).toContain('n0 -> n1 [label="995 s (99.5 %)\\n4,821 calls", penwidth=4.48]')
  })

  it('leaves out what is light, says so, and draws it when told', async () => {
    const notes: string[] = []
    const text = await written(graph(DRAWING), {}, notes)
    expect(text).not.toContain('small')
    expect(notes).toContain('2 of 3 functions are drawn: --dot-nodes 0 draws all')
    const whole = await written(graph(DRAWING), { 'dot-nodes': '0', 'dot-edges': '0' })
    expect(whole).toContain('n0 -> n2 [label="4 s (0.4 %)\\n2 calls"')
    const boxes = await written(graph(DRAWING), { 'dot-nodes': '0', 'dot-edges': '0.5' })
    expect(boxes.match(/->/g)).toHaveLength(1)
  })

  it('refuses a threshold that is no share', async () => {
    for (const share of ['2', '-1', 'x', '']) {
      const error = await written(graph(DRAWING), { 'dot-nodes': share }).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(CallcostError)
      expect((error as CallcostError).kind).toBe('usage')
    }
  })

  it('draws the graph of stacks, without counts, and one of nothing at all', async () => {
    const text = await written(stacks('a;b 3\na 1'))
    expect(text).toContain('label="a\\nself 1 (25.0 %)\\ntotal 4 (100.0 %)"')
    expect(text).not.toContain('calls')
    expect(await written(graph('idle 0x self=0 total=0'))).toContain('label="idle\\nself 0 ns\\ntotal 0 ns')
  })
})

describe('escaping', () => {
  it('keeps a text one string that shows itself', () => {
    expect(escapeForDot('say "hi"\\N & <b>')).toBe('say \\"hi\\"\\\\N &amp; <b>')
    expect(escapeForDot('a\nb\0\x1b\u202e')).toBe('a\\\\x0ab\\\\x00\\\\x1b\\\\u{202e}')
    expect(dotLabel(['a"', 'b'])).toBe('"a\\"\\nb"')
  })
})
