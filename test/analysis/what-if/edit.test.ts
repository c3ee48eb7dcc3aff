import { describe, expect, it } from 'vitest'
import { bindEdit } from '../../../src/analysis/what-if/bind-edit.js'
import { parseEdit } from '../../../src/analysis/what-if/edit.js'
import { whatIfModel } from '../../../src/analysis/what-if/model.js'
import { CallcostError } from '../../../src/errors.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph, stacks } from '../../support/draw.js'

describe('parseEdit', () => {
  it('reads what is changed and how', () => {
    const factor = (value: number) => ({ kind: 'factor', factor: value })
    expect(parseEdit('load:calls=12').change).toEqual({
      kind: 'calls',
      amount: { kind: 'value', value: 12, unit: null },
    })
    expect(parseEdit('load:calls=2k').change).toMatchObject({ amount: { value: 2000 } })
    expect(parseEdit('load:calls=/10').change).toEqual({ kind: 'calls', amount: factor(0.1) })
    expect(parseEdit('load:percall*0.5').change).toEqual({ kind: 'percall', amount: factor(0.5) })
    expect(parseEdit(' load : totalpercall = 0.2 ms ').change).toMatchObject({
      kind: 'totalpercall',
      amount: { kind: 'value', value: 0.2, unit: { unit: 'milliseconds' } },
    })
    expect(parseEdit('load:remove').change).toEqual({ kind: 'remove' })
    expect(parseEdit('load:cache=90%').change).toEqual({ kind: 'cache', hitRate: 0.9, cost: null })
    expect(parseEdit('load:cache=0.9,cost=0.5us').change).toMatchObject({ hitRate: 0.9, cost: { value: 0.5 } })
  })

  it('takes any name before the last colon', () => {
    expect(parseEdit('db.py:16:calls=12').target).toBe('db.py:16')
    expect(parseEdit('std::map<K, V>::find:remove').target).toBe('std::map<K, V>::find')
    expect(parseEdit("{method 'execute' of 'sqlite3.Cursor' objects}:percall=/2").target).toContain('Cursor')
    expect(parseEdit('a:remove:calls=/2').target).toBe('a:remove')
  })

  it.each([
    ['load', 'expected NAME:CHANGE'],
    ['load:forget', 'expected NAME:CHANGE'],
    [':remove', 'names no function'],
    ['load:calls=many', 'expected a number such as 12, /2 or *0.5, got "many"'],
    ['load:calls=-1', 'expected a number'],
    ['load:calls=/0', 'divided by 0'],
    ['load:calls=3ms', 'calls are a number'],
    ['load:percall=/2ms', 'a factor has no unit'],
    ['load:percall=2 parsecs', 'there is no unit "parsecs"'],
    ['load:percall=50%', 'what 50 % is of does not show'],
    ['load:cache=1.5', 'expected a hit rate from 0 to 1, got "1.5"'],
    ['load:cache=0.5,1us,2us', 'a hit rate and a cost'],
    ['load:percall=1e999s', 'too large'],
    [`${'x'.repeat(2000)}:remove`, 'longer than 2000 characters'],
    ['load:cache=many', 'expected a hit rate from 0 to 1, got "many"'],
    [':', 'expected NAME:CHANGE'],
  ])('refuses %s', (text, message) => {
    expect(() => parseEdit(text)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    )
  })
})

describe('bindEdit', () => {
  const profile = graph(`
    main 1x self=1 total=10
    main -> load_user 4x total=6
    main -> load_item 2x total=3
    load_user 4x self=6 total=6
    load_item 2x self=3 total=3
    load_item -> operator-> 0x total=0
    operator-> 0x self=0 total=0
  `)
  const model = whatIfModel(profile)
  const bind = (text: string) => bindEdit(model, parseEdit(text))

  it('changes all functions that a pattern means together', () => {
    const edit = bind('load_.*:calls=3')
    expect(edit.functions).toHaveLength(2)
    expect(edit.calls).toEqual({ before: 6, after: 3 })
    expect(model.savingOf([edit])).toBeCloseTo(4.5, 9)
  })

  it('tells an arrow from a name with one', () => {
    expect(bind('operator->:remove').callers).toBeNull()
    expect(bind('main -> load_user:remove').edges).toHaveLength(1)
    expect(bind('load_item -> operator->:remove').edges).toHaveLength(1)
  })

  it.each([
    ['nobody:remove', 'data', 'no function is called or matches "nobody"'],
    ['load_user->main:remove', 'data', '"load_user" never calls "main" in this profile'],
    ['operator->:calls=3', 'data', 'there are no calls that'],
    ['main->load_user:percall=/2', 'usage', 'cannot change self'],
    ['load_user:percall=3', 'usage', 'the cost has no unit'],
    ['load_user:percall=3KB', 'data', 'is in bytes, and the profile measures seconds'],
    ['load_user:cache=0.5,*2', 'usage', 'not a factor'],
  ])('refuses %s', (text, kind, message) => {
    expect(() => bind(text)).toThrow(expect.objectContaining({ kind, message: expect.stringContaining(message) }))
  })

  it('sets the total of a call, to nothing too', () => {
    expect(model.savingOf([bind('load_user:totalpercall=0')])).toBeCloseTo(6, 9)
    // Four calls of 1 s each instead of 6 s.
    expect(model.savingOf([bind('load_user:totalpercall=1s')])).toBeCloseTo(2, 9)
    expect(model.savingOf([bind('load_user:totalpercall=/2')])).toBeCloseTo(3, 9)
  })

  it('says why there are no counts, and how a size is written', () => {
    const errorOf = (profile: Profile, text: string): CallcostError => {
      try {
        bindEdit(whatIfModel(profile), parseEdit(text))
      } catch (error) {
        if (error instanceof CallcostError) return error
        throw error
      }
      throw new Error('no error')
    }
    expect(errorOf(stacks('main;f 5'), 'f:calls=3').message).toContain('the profile counts no calls: it is sampled')
    expect(errorOf(graph('f self=5 total=5'), 'f:calls=3').message).toContain('unknown has no counts')
    const valueTypes = [{ name: 'memory', unit: 'bytes' as const }]
    expect(errorOf(graph('f 1x self=5 total=5', { valueTypes }), 'f:percall=3').hint).toBe('write it, as in 4KB')
  })
})
