import { CallcostError, quote } from '../../errors.js'
import { UNIT_WORD_LIST, type UnitWord, unitWord } from '../assertions/quantity.js'

/** A new value, or the present one times a factor. */
export type Amount =
  | { readonly kind: 'value'; readonly value: number; readonly unit: UnitWord | null }
  | { readonly kind: 'factor'; readonly factor: number }

/** What is changed about a function, or about the calls from one function to another. */
export type Change =
  /** How often it is called. */
  | { readonly kind: 'calls'; readonly amount: Amount }
  /** What a call costs: in the function itself (`percall`), or with all that it calls (`totalpercall`). */
  | { readonly kind: 'percall' | 'totalpercall'; readonly amount: Amount }
  /** Of its calls the share `hitRate` is answered by a cache, at `cost` each; null for what is usual in the language. */
  | { readonly kind: 'cache'; readonly hitRate: number; readonly cost: Amount | null }
  /** It is not called any more, and nor is what it calls. */
  | { readonly kind: 'remove' }

/** One edit as it was written: `fetch_category:calls=12`, `render->fetch:calls=/10`. */
export interface Edit {
  readonly text: string
  /** The functions that are meant, or with `->` the calls; as {@link findFunctions} reads it. */
  readonly target: string
  readonly change: Change
}

const FORMS =
  'load:calls=12, load:percall=/2, load:totalpercall=0.2ms, load:cache=0.9, load:remove, main->load:calls=/10'

const LONGEST = 2000

/**
 * Reads an edit: what is changed, a colon, and the change.
 *
 *     calls=12  calls=/10  calls=*0.5     how often it is called
 *     percall=0.2ms  percall=/2           self of a call
 *     totalpercall=1ms                    total of a call
 *     cache=0.9  cache=0.9,0.5us          share of calls that a cache answers, cost of such a call
 *     remove
 *
 * Throws a usage error for what is none.
 */
export function parseEdit(text: string): Edit {
  if (text.length > LONGEST) throw new CallcostError('usage', `the edit is longer than ${LONGEST} characters`)
  const written = text.trim()
  const found = lastChange(written)
  if (found === null) throw invalid(text, 'expected NAME:CHANGE')
  const { target, word, amount } = found
  if (target === '') throw invalid(text, 'the edit names no function')
  return { text: written, target, change: changeOf(text, word, amount) }
}

/** Where the change begins: at the last colon that one stands behind, because a name may contain colons. */
function lastChange(text: string): { readonly target: string; readonly word: string; readonly amount: string } | null {
  for (let colon = text.lastIndexOf(':'); colon >= 0; colon = colon === 0 ? -1 : text.lastIndexOf(':', colon - 1)) {
    const match = /^\s*(?:(remove)|(calls|percall|totalpercall|cache)\s*([=*/].*))$/s.exec(text.slice(colon + 1))
    if (match === null) continue
    return { target: text.slice(0, colon).trim(), word: match[1] ?? match[2]!, amount: match[3] ?? '' }
  }
  return null
}

function changeOf(text: string, word: string, written: string): Change {
  switch (word) {
    case 'remove':
      return { kind: 'remove' }
    case 'cache': {
      const [rate, cost, ...more] = written.replace(/^=/, '').split(',')
      if (more.length > 0) throw invalid(text, 'a cache has a hit rate and a cost')
      return {
        kind: 'cache',
        hitRate: hitRate(text, rate!),
        cost: cost === undefined ? null : amountOf(text, cost.replace(/^\s*cost\s*=/, '')),
      }
    }
    case 'calls': {
      const amount = amountOf(text, written)
      if (amount.kind === 'value' && amount.unit !== null) {
        if (amount.unit.kind !== 'number') throw invalid(text, 'calls are a number')
        return { kind: 'calls', amount: { kind: 'value', value: amount.value * amount.unit.factor, unit: null } }
      }
      return { kind: 'calls', amount }
    }
    default:
      return { kind: word as 'percall' | 'totalpercall', amount: amountOf(text, written) }
  }
}

function hitRate(text: string, written: string): number {
  const match = /^\s*(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*(%?)\s*$/.exec(written)
  const rate = match === null ? Number.NaN : Number(match[1]) * (match[2] === '' ? 1 : 0.01)
  if (rate >= 0 && rate <= 1) return rate
  throw invalid(text, `expected a hit rate from 0 to 1, got ${quote(written.trim())}`)
}

function amountOf(text: string, written: string): Amount {
  const match = /^\s*=?\s*([*/]?)\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)\s*(\S*)\s*$/.exec(written)
  if (match === null)
    throw invalid(
      text,
      `expected a number such as 12, /2 or *0.5, got ${quote(written.replace(/^\s*=\s*/, '').trim())}`,
    )
  const [, sign, digits, word] = match
  const number = Number(digits)
  if (!Number.isFinite(number)) throw invalid(text, `the number ${digits} is too large`)
  if (sign !== '') {
    if (word !== '') throw invalid(text, 'a factor has no unit')
    if (sign === '/' && number === 0) throw invalid(text, 'nothing can be divided by 0')
    return { kind: 'factor', factor: sign === '/' ? 1 / number : number }
  }
  const unit = word === '' ? null : unitWord(word!)
  if (word !== '' && unit === null) {
    throw invalid(text, `there is no unit ${quote(word!)}`, `units are ${UNIT_WORD_LIST}`)
  }
  if (unit?.kind === 'share') {
    throw invalid(text, `what ${digits} % is of does not show`, 'a factor is written *0.5 or /2')
  }
  return { kind: 'value', value: number, unit }
}

function invalid(text: string, why: string, hint = `edits are written ${FORMS}`): CallcostError {
  return new CallcostError('usage', `${why} in ${quote(text)}`, { hint })
}
