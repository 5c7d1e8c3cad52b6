import { UsageError } from '../say.ts'

/** Questions to the person at the terminal. */
export interface Asking {
  /** Whether there is a person to ask. */
  readonly present: boolean
  secret(question: string): Promise<string>
  text(question: string, placeholder: string): Promise<string>
  agrees(question: string): Promise<boolean>
}

/** Asks at the terminal, where one is attached to both ends and nobody wants JSON instead. */
export function askAtTerminal(json: boolean): Asking {
  return {
    present: !json && process.stdin.isTTY === true && process.stdout.isTTY === true,
    async secret(question) {
      const { password } = await import('@clack/prompts')
      return answered(
        await password({ message: question, validate: (text) => (text === undefined || text.trim() === '' ? 'A key is needed.' : undefined) }),
      )
    },
    async text(question, placeholder) {
      const { text } = await import('@clack/prompts')
      return answered(await text({ message: question, placeholder }))
    },
    async agrees(question) {
      const { confirm } = await import('@clack/prompts')
      return answered(await confirm({ message: question })) === true
    },
  }
}

/** Somebody who breaks off at a question has said no to the whole. */
function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (typeof value === 'symbol') throw new UsageError('Nothing further was done.')
  return value as Exclude<Value, symbol>
}
