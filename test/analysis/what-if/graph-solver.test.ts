import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure } from '../../../src/analysis/costs.js'
import { compensate } from '../../../src/analysis/overhead/compensate.js'
import { bindEdit } from '../../../src/analysis/what-if/bind-edit.js'
import { parseEdit } from '../../../src/analysis/what-if/edit.js'
import { type WhatIfModel, whatIfModel } from '../../../src/analysis/what-if/model.js'
import { whatIf } from '../../../src/analysis/what-if/what-if.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph } from '../../support/draw.js'

/** What edits save together. */
function saving(model: WhatIfModel, ...edits: readonly string[]): number {
  return model.savingOf(edits.map((text) => bindEdit(model, parseEdit(text))))
}

/** A page is rendered 500 times; each time a category is fetched by a query. */
const page = graph(`
  main 1x self=1 total=246
  main -> render 500x total=245
  render 500x self=10 total=245
  render -> fetch 500x total=235
  fetch 500x self=25 total=235
  fetch -> execute 500x total=210
  execute 500x self=210 total=210
`)

describe('edits of a call graph', () => {
  const model = whatIfModel(page)

  it('take away calls with all that they cause', () => {
    expect(saving(model, 'fetch:calls=12')).toBeCloseTo(235 * (1 - 12 / 500), 9)
    expect(saving(model, 'render->fetch:calls=/10')).toBeCloseTo(235 * 0.9, 9)
    expect(saving(model, 'fetch:remove')).toBeCloseTo(235, 9)
    expect(saving(model, 'render:calls=1000')).toBeCloseTo(-245, 9)
  })

  it('change what a call costs, in itself and in all', () => {
    expect(saving(model, 'fetch:percall=/2')).toBeCloseTo(12.5, 9)
    expect(saving(model, 'fetch:percall=10ms')).toBeCloseTo(25 - 5, 9)
    expect(saving(model, 'fetch:totalpercall=/2')).toBeCloseTo(117.5, 9)
    expect(saving(model, 'fetch:totalpercall=1ms')).toBeCloseTo(235 - 0.5, 9)
  })

  it('answer calls from a cache, at a cost', () => {
    expect(saving(model, 'fetch:cache=0.9')).toBeCloseTo(235 * 0.9 - 450 * 50e-9, 9)
    expect(saving(model, 'fetch:cache=90%,1ms')).toBeCloseTo(235 * 0.9 - 0.45, 9)
    expect(saving(model, 'render->fetch:cache=0.9,1ms')).toBeCloseTo(235 * 0.9 - 0.45, 9)
  })

  it('work together: what is inside of another is saved once', () => {
    const edits = ['fetch:calls=12', 'execute:percall=/2'].map((text) => bindEdit(model, parseEdit(text)))
    const result = whatIf(model, edits)
    const [fetch, execute] = result.edits
    expect(fetch!.solo).toBeCloseTo(229.36, 9)
    expect(execute!.solo).toBeCloseTo(105, 9)
    expect(result.total.saving).toBeCloseTo(229.36 + (105 * 12) / 500, 9)
    expect(fetch!.joint! + execute!.joint!).toBeCloseTo(result.total.saving, 9)
    expect(execute!.joint).toBeCloseTo((105 + (105 * 12) / 500) / 2, 9)
    expect(fetch!.bound.speedup).toBeCloseTo(246 / 11, 9)
    expect(execute!.bound.speedup).toBeCloseTo(246 / 36, 9)
    expect(result.total.after).toBeCloseTo(246 - result.total.saving, 9)
  })

  it('on the calls of one caller take what those cost, and not the mean', () => {
    const shared = whatIfModel(
      graph(`
        main 1x self=0 total=111
        main -> a 1x total=101
        main -> b 1x total=10
        a 1x self=1 total=101
        b 1x self=0 total=10
        a -> load 10x self=60 total=100
        b -> load 10x self=5 total=10
        load 20x self=65 total=110
        load -> read 20x total=45
        read 20x self=45 total=45
      `),
    )
    expect(saving(shared, 'a->load:remove')).toBeCloseTo(100, 9)
    expect(saving(shared, 'b->load:calls=5')).toBeCloseTo(5, 9)
    expect(saving(shared, 'a:remove')).toBeCloseTo(101, 9)
    expect(saving(shared, 'a->load:remove', 'b->load:remove')).toBeCloseTo(110, 9)
    expect(saving(shared, 'a->load:remove', 'load:percall=/2')).toBeCloseTo(100 + (65 / 2) * (10 / 110), 9)
  })

  it('can be of a profile without the costs of the profiler', () => {
    const profiled = graph(`
      main@a.py:1 1x self=0.5 total=1.5
      main@a.py:1 -> load@a.py:5 1000x total=1
      load@a.py:5 1000x self=1 total=1
    `)
    const each = { inside: 400e-6, outside: 100e-6 }
    const compensation = compensate(measure(profiled), {
      calls: each,
      builtins: each,
      runtime: null,
      quality: 'calibrated',
    })
    const net = whatIfModel(profiled, { compensation })
    expect(net.whole).toBeCloseTo(1.5 - 0.5 - 400e-6, 9)
    expect(saving(net, 'load:calls=/2')).toBeCloseTo(0.3, 9)
    expect(saving(net, 'main->load:totalpercall=0.3ms')).toBeCloseTo(0.3, 9)
    expect(saving(net, 'load:totalpercall=0.3ms')).toBeCloseTo(0.3, 9)
  })

  it('of recursive functions keep the depth', () => {
    const fib = whatIfModel(
      graph(`
        main 1x self=1 total=16
        main -> fib 1x total=15
        fib 15/1x self=15 total=15
        fib -> fib 14/2x total=14
      `),
    )
    expect(saving(fib, 'fib:calls=3')).toBeCloseTo(12, 9)
    expect(saving(fib, 'fib:remove')).toBeCloseTo(15, 9)
    expect(saving(fib, 'main->fib:calls=/2')).toBeCloseTo(7.5, 9)
    expect(saving(fib, 'fib->fib:remove')).toBeCloseTo(14, 9)
    expect(saving(fib, 'main:remove')).toBeCloseTo(16, 9)
  })
})

/** A program drawn as a tree of calls that is unfolded by hand. */
interface Plan {
  readonly self: readonly number[]
  /** caller → callee → calls for one call of the caller; callees have higher numbers. */
  readonly times: readonly (readonly number[])[]
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 5 }).chain((length) =>
  fc.record({
    self: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: length, maxLength: length }),
    times: fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: length, maxLength: length }), {
      minLength: length,
      maxLength: length,
    }),
  }),
)

/** Makes every call of the program one by one. */
function run({ self, times }: Plan): {
  readonly calls: number[]
  readonly total: number[]
  readonly edges: number[][]
} {
  const calls = self.map(() => 0)
  const total = self.map(() => 0)
  const edges = self.map(() => self.map(() => 0))
  const call = (fn: number): number => {
    calls[fn]!++
    let cost = self[fn]!
    for (let callee = fn + 1; callee < self.length; callee++) {
      for (let i = 0; i < times[fn]![callee]!; i++) {
        edges[fn]![callee]!++
        cost += call(callee)
      }
    }
    total[fn] = total[fn]! + cost
    return cost
  }
  call(0)
  return { calls, total, edges }
}

function profileOf(program: Plan): { readonly profile: Profile; readonly called: number[]; readonly whole: number } {
  const { calls, total, edges } = run(program)
  const lines: string[] = []
  const called: number[] = []
  for (const [fn, count] of calls.entries()) {
    if (count === 0) continue
    called.push(fn)
    lines.push(`f${fn} ${count}x self=${count * program.self[fn]!} total=${total[fn]}`)
    for (const [callee, times] of edges[fn]!.entries()) {
      if (times > 0) lines.push(`f${fn} -> f${callee} ${times}x total=${(times * total[callee]!) / calls[callee]!}`)
    }
  }
  return { profile: graph(lines.join('\n')), called, whole: total[0]! }
}

describe('edits of any program', () => {
  const edited = plan.chain((program) => {
    const { called } = profileOf(program)
    const fn = fc.constantFrom(...called)
    return fc.record({ program: fc.constant(program), first: fn, second: fn })
  })

  it('cost what the program costs with them made', () => {
    fc.assert(
      fc.property(edited, fc.integer({ min: 0, max: 3 }), ({ program, first, second }, factor) => {
        const { profile, whole } = profileOf(program)
        const model = whatIfModel(profile)
        const changed = {
          self: program.self.map((self, fn) => (fn === second ? self * 2 : self)),
          times: program.times.map((row) => row.map((times, callee) => (callee === first ? times * factor : times))),
        }
        // Nobody calls the first function: it is the program.
        const then = first === 0 ? run(changed).total[0]! * factor : run(changed).total[0]!
        const saved = saving(model, `f${first}:calls=*${factor}`, `f${second}:percall=*2`)
        expect(whole - saved).toBeCloseTo(then, 6)
      }),
      { numRuns: 150 },
    )
  })

  it('save everything when all is removed, nothing when nothing is changed, and never less with more', () => {
    fc.assert(
      fc.property(edited, ({ program, first, second }) => {
        const { profile, called, whole } = profileOf(program)
        const model = whatIfModel(profile)
        expect(saving(model)).toBe(0)
        expect(saving(model, `f${first}:calls=*1`)).toBeCloseTo(0, 9)
        expect(saving(model, ...called.map((fn) => `f${fn}:remove`))).toBeCloseTo(whole, 9)
        const one = saving(model, `f${first}:calls=/2`)
        const both = saving(model, `f${first}:calls=/2`, `f${second}:percall=/3`)
        expect(one).toBeGreaterThanOrEqual(0)
        expect(both).toBeGreaterThanOrEqual(one - 1e-9)
      }),
      { numRuns: 60 },
    )
  })

  it('add up where they are about functions that call nobody', () => {
    fc.assert(
      fc.property(edited, ({ program }) => {
        const { profile, called } = profileOf(program)
        const model = whatIfModel(profile)
        const leaves = called.filter((fn) => !program.times[fn]!.some((times, callee) => callee > fn && times > 0))
        const texts = leaves.map((fn) => `f${fn}:percall=/4`)
        const sum = texts.reduce((all, text) => all + saving(model, text), 0)
        expect(saving(model, ...texts)).toBeCloseTo(sum, 9)
      }),
      { numRuns: 60 },
    )
  })
})
