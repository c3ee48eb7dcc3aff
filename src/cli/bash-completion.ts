import type { Codec } from '../../formats/codec.js'
import type { Command, Option, OptionTable } from './command.js'
import { COMMON_OPTIONS } from './options.js'

/**
 * A script for bash that knows the commands, their options and what these take. It is static, so that a Tab starts no
 * Node; words come from our own tables and need no quoting.
 */
export function bashCompletion(commands: readonly Command[], codecs: readonly Codec[]): string {
  const names = commands.map(({ name }) => name)
  const readable = codecs.filter(({ reads }) => reads !== undefined).map(({ id }) => id)
  const writable = codecs.filter(({ writes }) => writes !== undefined).map(({ id }) => id)
  const valuesOf = (option: Option): string | null => {
    if (option.kind === 'flag') return null
    if (option.kind === 'number') return ''
    if (option.choices !== undefined) return option.choices.join(' ')
    if (option.complete === 'file' || option.complete === undefined) return ''
    return (option.complete === 'format-read' ? readable : writable).join(' ')
  }
  return `# bash completion for callcost; made by: callcost completion bash
_callcost() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=analyze word values=@none words
  # bash splits --name=value at the sign.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${names.join('|')}) command=$word; break ;;
    esac
  done
  case $command in
${commands.map((command) => commandCase(command, valuesOf)).join('\n')}
  esac
  if ((COMP_CWORD == 1)) && [[ $current != -* ]]; then words='${names.join(' ')}'
  elif [[ $current != -* ]]; then words=; fi
  if [[ $values != @none ]]; then words=$values; fi
  # Where there are no words, bash completes names of files, and quotes them as they need it.
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _callcost callcost
`
}

function commandCase(command: Command, valuesOf: (option: Option) => string | null): string {
  const options: OptionTable = { ...command.options, ...COMMON_OPTIONS }
  const cases: string[] = []
  for (const [name, option] of Object.entries(options)) {
    const values = valuesOf(option)
    if (values === null) continue
    const patterns = option.short === undefined ? `--${name}` : `--${name}|-${option.short}`
    cases.push(`        ${patterns}) values='${values}' ;;`)
  }
  const words = Object.keys(options).map((name) => `--${name}`)
  return `    ${command.name})
      words='${words.join(' ')}'
      case $previous in
${cases.join('\n')}
      esac ;;`
}
