import { describe, expect, it } from 'vitest'
import { diffProfiles } from '../../../src/analysis/diff/diff.js'
import { growthOf } from '../../../src/analysis/diff/growth.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph } from '../../support/draw.js'

/** A program with n items: one linear function, one that each pair of items calls, one whose own time is cubic. */
function program(n: number): Profile {
  const linear = 100 * n
  const pairs = n * n
  const cubic = n ** 3 / 10
  return graph(`
    main 1x self=5 total=${5 + linear + pairs + cubic}
    main -> each ${n}x total=${linear}
    each ${n}x self=${linear} total=${linear}
    main -> pair ${pairs}x total=${pairs}
    pair ${pairs}x self=${pairs} total=${pairs}
    main -> matrix 1x total=${cubic}
    matrix 1x self=${cubic} total=${cubic}
  `)
}

describe('growthOf', () => {
  it('finds what grows faster than the input, with its exponent and caller', () => {
    const diff = diffProfiles(program(50), program(100))
    const names = growthOf(diff.graph, 2).map(({ row, callsExponent, selfExponent, caller }) => {
      const name = (index: number): string =>
        diff.after.strings.text(diff.after.functions.name[diff.matches.after[index]!]!)
      return [name(row), callsExponent, selfExponent!.toFixed(6), name(caller)]
    })
    expect(names).toEqual([
      ['matrix', 0, '3.000000', 'main'],
      ['pair', 2, '2.000000', 'main'],
    ])
  })

  it('finds nothing in a program that is linear', () => {
    const linear = (n: number): Profile =>
      graph(`main 1x self=1 total=${1 + n}\nmain -> f ${n}x total=${n}\nf ${n}x self=${n} total=${n}`)
    expect(growthOf(diffProfiles(linear(100), linear(800)).graph, 8)).toEqual([])
  })
})
