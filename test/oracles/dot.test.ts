import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { callGraph } from '../../src/model/call-graph.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile } from '../../src/model/profile.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { selectProfile } from '../../src/pipeline/select.js'
import { graph } from '../support/draw.js'
import { readableFixtures } from '../support/fixtures.js'
import { NASTY_NAMES } from '../support/nasty-list.js'

const hasDot = spawnSync('dot', ['-V']).error === undefined

async function written(profiles: readonly Profile[], options = {}): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles({ profiles, active: 0 }, { to: 'dot', options })) parts.push(part)
  return Buffer.concat(parts)
}

/** The texts that graphviz puts into its drawing, and how many boxes and arrows it has. */
function drawn(input: Buffer): { readonly texts: readonly string[]; readonly nodes: number; readonly edges: number } {
  const run = spawnSync('dot', ['-Tsvg'], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  expect(run.stderr.replace(/^.*(Pango|fontconfig|Fontconfig).*$/gm, '').trim()).toBe('')
  expect(run.status).toBe(0)
  const texts = [...run.stdout.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map((match) => unescaped(match[1]!))
  return {
    texts,
    nodes: run.stdout.match(/class="node"/g)?.length ?? 0,
    edges: run.stdout.match(/class="edge"/g)?.length ?? 0,
  }
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

describe.runIf(hasDot)('graphviz', () => {
  it('draws every profile, with as many boxes and arrows as it has', async () => {
    let compared = 0
    for (const { path, bytes } of readableFixtures()) {
      if (bytes.length > 10_000) continue
      const { set } = await readProfileSet(bytes)
      if (set.profiles.length !== 1) continue
      // As it is drawn: weighed, with collections where they belong.
      const own = callGraph(selectProfile(set).profile)
      if (own.length > 60) continue
      if (own.self[0]!.values.some((cost) => cost < 0)) continue
      const all = drawn(await written(set.profiles, { 'dot-nodes': '0', 'dot-edges': '0' }))
      expect([all.nodes, all.edges], path).toEqual([own.length, own.edges.length])
      compared++
    }
    expect(compared).toBeGreaterThan(30)
  })

  it('shows names as they are', async () => {
    const base = graph('a self=1 total=1')
    for (const name of [...NASTY_NAMES, 'back\\N\\G\\l', '&amp;', '&#x41;', '<<b>x</b>>', '"', '\\', '\\"']) {
      const named = makeProfile({ ...base, strings: { ...base.strings, text: () => name } })
      const [first] = drawn(await written([named])).texts.slice(-3)
      const shown = name.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
        const code = character.codePointAt(0)!
        return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
      })
      // SVG folds blanks in texts, and graphviz writes blanks as it likes; an empty text is not drawn.
      const folded = (text: string) => text.replace(/[\s\u00a0]+/g, ' ').trim()
      if (folded(shown) !== '') expect(folded(first!), JSON.stringify(name)).toBe(folded(shown))
    }
  })
})

describe.runIf(!hasDot)('graphviz', () => {
  if (!hasDot) console.warn('dot: no graphviz here (Debian package graphviz)')
  it.skip('is not installed', () => {})
})
