import { compilePattern } from '../analysis/pattern.js'
import { CallcostError, quote } from '../errors.js'
import type { Profile } from '../model/profile.js'
import { filterStacks, type StackFilters, type TagFilter } from '../transform/filter-stacks.js'
import type { Args } from './command.js'
import type { STACK_OPTIONS } from './options.js'

type StackArgs = Omit<Args<typeof STACK_OPTIONS>, 'operands'>

/** The profile as --focus and its like leave it; without any of them, the profile itself. */
export function filtered(profile: Profile, args: StackArgs): Profile {
  const filters = filtersOf(args)
  return filters === null ? profile : filterStacks(profile, filters)
}

function filtersOf(args: StackArgs): StackFilters | null {
  const test = (source: string | undefined): StackFilters['focus'] =>
    source === undefined ? undefined : compilePattern(source).test
  const filters = {
    focus: test(args.focus),
    ignore: test(args.ignore),
    hide: test(args.hide),
    showFrom: test(args['show-from']),
    noInlines: args['no-inlines'],
    collapseRecursion: args['collapse-recursion'],
    tags: args.tag.map(tagOf),
  }
  const isAny = Object.values(filters).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)))
  return isAny ? { ...filters, relative: args.relative } : null
}

function tagOf(text: string): TagFilter {
  const equals = text.indexOf('=')
  if (equals < 1) throw new CallcostError('usage', `expected KEY=VALUE for --tag, got ${quote(text)}`)
  return { key: text.slice(0, equals), value: text.slice(equals + 1) }
}
