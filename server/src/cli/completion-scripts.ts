import type { Command } from 'commander'

/** What may follow after some words: commands with what they do, and flags with what they mean. */
type Place = { readonly path: string; readonly words: readonly Word[]; readonly flags: readonly Word[] }
type Word = { readonly text: string; readonly meaning: string }

/** A completion script for a shell. Its words come from the commands; nothing of what a person types is evaluated. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  const places = placesOf(program, '')
  switch (shell) {
    case 'bash':
      return bash(places)
    case 'zsh':
      return zsh(places)
    case 'fish':
      return fish(places)
  }
}

function placesOf(command: Command, path: string): readonly Place[] {
  const below = command.commands.map((child) => ({ text: child.name(), meaning: child.summary() || child.description() }))
  const choices = command.registeredArguments.flatMap((argument) =>
    (argument.argChoices ?? []).map((text) => ({ text, meaning: argument.description })),
  )
  const help = path === '' ? [{ text: 'help', meaning: 'show what a command takes' }] : []
  const flags = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ long, description }) => (long === undefined ? [] : [{ text: long ?? '', meaning: description }]))
  const place = { path, words: [...below, ...choices, ...help], flags: [...flags, { text: '--help', meaning: 'show what it takes' }] }
  return [place, ...command.commands.flatMap((child) => placesOf(child, path === '' ? child.name() : `${path} ${child.name()}`))]
}

function bash(places: readonly Place[]): string {
  const cases = places.map(({ path, words, flags }) => `    '${path}') words='${texts(words)}' flags='${texts(flags)}' ;;`)
  return `# Completes command lines of handfast in bash.
_handfast() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' next word words='' flags=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
      ${knownPaths(places, '|')}) path="$next" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  if [[ "$cur" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur")
  elif [[ -n "$words" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _handfast handfast
`
}

function zsh(places: readonly Place[]): string {
  const list = (words: readonly Word[]) => words.map(({ text, meaning }) => quoted(`${text.replaceAll(':', '\\:')}:${meaning}`)).join(' ')
  const cases = places.map(({ path, words, flags }) => `    ('${path}') words_here=(${list(words)}) flags_here=(${list(flags)}) ;;`)
  return `#compdef handfast
# Completes command lines of handfast in zsh.
_handfast() {
  local at='' next word
  local -a words_here flags_here
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    case "$next" in
      (${knownPaths(places, '|')}) at="$next" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe 'option' flags_here
  elif (( \${#words_here} )); then
    _describe 'command' words_here
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _handfast ]]; then
  _handfast "$@"
else
  compdef _handfast handfast
fi
`
}

function fish(places: readonly Place[]): string {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  const lines = places.flatMap(({ path, words, flags }) => [
    ...words.map(({ text, meaning }) => `complete -c handfast -f -n "__handfast_at '${path}'" -a ${quoted(text)} -d ${quoted(meaning)}`),
    ...flags.map(({ text, meaning }) => `complete -c handfast -n "__handfast_at '${path}'" -l ${quoted(text.slice(2))} -d ${quoted(meaning)}`),
  ])
  return `# Completes command lines of handfast in fish.
function __handfast_at
    set -l known ${known.join(' ')}
    set -l at ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$at $word")
        if contains -- "$next" $known
            set at "$next"
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`
}

function texts(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ')
}

function knownPaths(places: readonly Place[], separator: string): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path}'`)
    .join(separator)
}

/** In single quotes, as sh, zsh and fish all read them; an apostrophe is written as the typographic one. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’').replaceAll('\n', ' ')}'`
}
