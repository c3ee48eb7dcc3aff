import type { Budget, BudgetAssertion } from '../../analysis/assertions/budget.js'
import type { CheckResult } from '../../analysis/assertions/check.js'
import type { ValueSources } from '../../analysis/assertions/evaluate.js'
import { CallcostError } from '../../errors.js'
import { unitFactor } from '../../units.js'
import { type Context, defineCommand } from '../command.js'
import { OUTPUT_OPTIONS, PROFILE_OPTIONS, type ProfileArgs, rulesOf } from '../options.js'

export const check = defineCommand({
  name: 'check',
  describe: 'Fail when calls or costs are not what they are asserted to be',
  operands: [{ name: 'FILE', many: true }],
  options: {
    assert: {
      kind: 'list',
      value: 'EXPR',
      describe: "Assert EXPR, as in 'calls(load) <= 12' or 'totalpct(db.py:*) < 20%'; several times for several",
    },
    budget: { kind: 'text', value: 'FILE', complete: 'file', describe: 'Assert what the budget FILE (JSON) has' },
    base: {
      kind: 'text',
      value: 'FILE',
      complete: 'file',
      describe: 'Profile that base(), delta() and pct() compare with',
    },
    update: {
      kind: 'flag',
      describe: 'Lower limits of the budget to what is measured, if it says "ratchet": true; never raise one',
    },
    'allow-missing': { kind: 'flag', describe: 'Take functions that the profile does not have as never called' },
    'allow-incomparable': { kind: 'flag', describe: 'Compare what measures differently, such as wall and CPU time' },
    format: {
      kind: 'text',
      value: 'FORMAT',
      choices: ['text', 'json', 'markdown'],
      describe: 'Print as text (default), json or markdown',
    },
    ...OUTPUT_OPTIONS,
    ...PROFILE_OPTIONS,
  },
  examples: [
    ["callcost check run.prof --assert 'calls(fetch_category) <= 12'", 'Exit with 1 when it is called more often'],
    ['callcost check run-*.prof --budget budget.json', 'Check several runs: counts in each, times by their median'],
    ["callcost check run.prof --base main.prof --assert 'pct(program) <= 5%'", 'Compare with another profile'],
  ],
  async run(args, context) {
    const { assert, budget: budgetFile, base, update, format = 'text', output, operands } = args
    if (assert.length === 0 && budgetFile === undefined) {
      throw new CallcostError('usage', 'there is nothing to check', {
        hint: "say what with --assert 'calls(load) <= 12' or --budget FILE",
      })
    }
    if (update && budgetFile === undefined) {
      throw new CallcostError('usage', '--update lowers the limits of a budget, and there is no --budget')
    }
    const [{ parseAssertion }, { checkAssertions }, { checkReport }] = await Promise.all([
      import('../../analysis/assertions/parse-assertion.js'),
      import('../../analysis/assertions/check.js'),
      import('../../report/check/report.js'),
    ])
    // What is wrong with the question should show before anything large is read.
    const asked = assert.map((text) => ({ assertion: parseAssertion(text), level: 'error' as const, note: null }))
    const budget = budgetFile === undefined ? null : await openBudget(budgetFile, update)
    const sources = await readSources(operands, base, args, context)
    const result = checkAssertions([...asked, ...(budget?.assertions ?? [])], sources, {
      allowMissing: args['allow-missing'],
    })
    const exitCode = result.verdict === 'fail' ? 1 : 0
    const inputs = [...operands, ...[base, budgetFile].filter((file) => file !== undefined)]
    const report = { result, runs: operands, base: base ?? null, exitCode }
    await context.write(checkReport(report, format), output, inputs)
    if (update && budget !== null) await lowerLimits(budgetFile!, budget, result, inputs, context)
    return exitCode
  },
})

async function openBudget(file: string, isUpdated: boolean): Promise<Budget> {
  const [{ readBudget }, { openSource }] = await Promise.all([
    import('../../analysis/assertions/budget.js'),
    import('../../io/file-source.js'),
  ])
  const budget = await readBudget(await openSource(file))
  if (!isUpdated || budget.ratchet) return budget
  throw new CallcostError('data', `${file} is no ratchet, so its limits stay as they are`, {
    hint: 'write "ratchet": true into it if they may be lowered',
  })
}

/** The runs and the base, each one profile, as they were asked for. */
async function readSources(
  files: readonly string[],
  base: string | undefined,
  args: ProfileArgs & { readonly output?: string | undefined; readonly 'allow-incomparable': boolean },
  context: Context,
): Promise<ValueSources> {
  const [{ chooseProfile, chooseValue, readInputs }, { filtered }, { RunValues }, { comparability }] =
    await Promise.all([
      import('../inputs.js'),
      import('../stack-filters.js'),
      import('../../analysis/assertions/run-values.js'),
      import('../../analysis/diff/comparability.js'),
    ])
  const rules = rulesOf(args)
  const all = base === undefined ? files : [...files, base]
  const inputs = await readInputs(all, args, context, { need: 'weights', rules })
  const read = inputs.map((input) => {
    const profile = filtered(chooseProfile(input, args, context, { rules }), args)
    for (const note of profile.source.notes)
      context.warn(all.length === 1 ? note.message : `${input.name}: ${note.message}`)
    const value = chooseValue(profile, args)
    return { name: input.name, profile, value, type: profile.valueTypes[value]! }
  })
  const [first] = read
  for (const { name, profile, type } of read.slice(1)) {
    if (unitFactor(type.unit, first!.type.unit) === null) {
      throw new CallcostError('data', `${name} measures ${type.unit}, and ${first!.name} ${first!.type.unit}`, {
        hint: '--value NAME takes a value that both have',
      })
    }
    for (const { ok, severity, message } of comparability(first!.profile, profile, [first!.type, type])) {
      if (ok) continue
      if (severity === 'stop' && !args['allow-incomparable']) {
        throw new CallcostError('data', `${name} cannot be compared with ${first!.name}: ${message}`, {
          hint: '--allow-incomparable compares them nevertheless',
        })
      }
      context.warn(`${first!.name} and ${name}: ${message}`)
    }
  }
  const { unit } = first!.type
  const runs = read.map(({ name, profile, value }) => new RunValues(name, profile, value, unit))
  return { runs: runs.slice(0, files.length), base: base === undefined ? null : runs.at(-1)!, unit }
}

/** Writes the limits of the assertions that hold as low as was measured, and says which. */
async function lowerLimits(
  file: string,
  budget: Budget,
  { assertions, unit }: CheckResult,
  inputs: readonly string[],
  context: Context,
): Promise<void> {
  const [{ updatedBudget }, { loweredAssertion }] = await Promise.all([
    import('../../analysis/assertions/budget.js'),
    import('../../analysis/assertions/ratchet.js'),
  ])
  const texts = new Map<BudgetAssertion, string>()
  for (const [at, required] of budget.assertions.entries()) {
    const { assertion, outcome } = assertions[assertions.length - budget.assertions.length + at]!
    const text = loweredAssertion(assertion, outcome, unit)
    if (text === null) continue
    texts.set(required, text)
    context.note(`${file}: ${assertion.text} is now ${text}`)
  }
  if (texts.size === 0) context.note(`${file}: no limit can be lowered`)
  else
    await context.write(
      [updatedBudget(budget, texts)],
      file,
      inputs.filter((input) => input !== file),
    )
}
