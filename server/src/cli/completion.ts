import { Argument, Command } from 'commander'
import { processStreams, type Streams } from './say.ts'

/** `handfast completion bash|zsh|fish`: a script that completes command lines, made from the commands themselves. */
export function completionCommand(streams: Streams = processStreams): Command {
  return new Command('completion')
    .description('print a script that completes command lines')
    .addArgument(new Argument('<shell>', 'for which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
bash: handfast completion bash > ~/.local/share/bash-completion/completions/handfast
zsh:  handfast completion zsh > a file called _handfast in a folder of $fpath
fish: handfast completion fish > ~/.config/fish/completions/handfast.fish
`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const [{ wholeProgram }, { completionScript }] = await Promise.all([import('./run.ts'), import('./completion-scripts.ts')])
      streams.out(completionScript(shell, await wholeProgram()))
    })
}
