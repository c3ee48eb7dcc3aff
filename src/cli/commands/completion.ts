import { defineCommand } from '../command.js'
import { OUTPUT_OPTIONS } from '../options.js'

export const completion = defineCommand({
  name: 'completion',
  describe: 'Print a script that completes commands, options and their values',
  operands: [{ name: 'SHELL', choices: ['bash'] }],
  options: OUTPUT_OPTIONS,
  examples: [
    ['source <(callcost completion bash)', 'Complete in this shell'],
    ['callcost completion bash > ~/.local/share/bash-completion/completions/callcost', 'Complete in every shell'],
  ],
  async run(args, context) {
    const [{ bashCompletion }, { COMMANDS }, { CODECS }] = await Promise.all([
      import('../bash-completion.js'),
      import('./index.js'),
      import('../../../formats/index.js'),
    ])
    await context.write(bashCompletion(COMMANDS, CODECS), args.output)
  },
})
