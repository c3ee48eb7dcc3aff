import { CallcostError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { OVERHEAD_OPTIONS, PROFILE_OPTIONS, REPORT_OPTIONS } from '../options.js'

export const whatif = defineCommand({
  name: 'whatif',
  describe: 'Say what a program would cost if functions were called less often, or cost less',
  operands: [{ name: 'FILE' }],
  options: {
    edit: {
      kind: 'list',
      value: 'EDIT',
      describe:
        'Change what FUNC:… or CALLER->FUNC:… is: calls=12, calls=/10, percall=/2 (self), totalpercall=1ms, cache=0.9, remove',
    },
    ...OVERHEAD_OPTIONS,
    ...REPORT_OPTIONS,
    ...PROFILE_OPTIONS,
  },
  examples: [
    ['callcost whatif run.prof --edit fetch_category:calls=12', 'Say what calling it 12 times would save'],
    [
      "callcost whatif run.prof --edit 'parse:percall=/2' --edit 'main->load:cache=0.9'",
      'Say what two changes save, each alone and both together',
    ],
  ],
  async run(args, context) {
    if (args.edit.length === 0) {
      throw new CallcostError('usage', 'there is nothing to change', {
        hint: "say what with --edit, as in --edit 'load:calls=12'",
      })
    }
    const [
      { parseEdit },
      { bindEdit },
      { whatIfModel },
      { whatIf },
      { whatIfReport },
      { chooseValue, readOneProfile },
      { compensationOf },
      { withoutLoading },
    ] = await Promise.all([
      import('../../analysis/what-if/edit.js'),
      import('../../analysis/what-if/bind-edit.js'),
      import('../../analysis/what-if/model.js'),
      import('../../analysis/what-if/what-if.js'),
      import('../../report/what-if/report.js'),
      import('../inputs.js'),
      import('../compensation.js'),
      import('../../analysis/diagnose/without-loading.js'),
    ])
    // What is wrong with the question should show before anything large is read.
    const edits = args.edit.map(parseEdit)
    const { profile: whole } = await readOneProfile(args.operands, args, context)
    // As diagnose does, so that the two agree: by module loading, all code of a script is one cycle.
    const profile = withoutLoading(whole)
    for (const note of profile.source.notes) context.warn(note.message)
    const value = chooseValue(profile, args)
    const compensation = await compensationOf(profile, value, args, context)
    const model = whatIfModel(profile, { value, compensation })
    const result = whatIf(
      model,
      edits.map((edit) => bindEdit(model, edit)),
    )
    const chunks = whatIfReport(result, {
      format: args.format ?? 'text',
      width: args.output === undefined ? context.columns : null,
      color: args.output === undefined && context.color,
    })
    await context.write(chunks, args.output, args.operands)
  },
})
