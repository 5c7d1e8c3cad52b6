import { readFileSync } from 'node:fs'
import { McpCaller } from '../server/test/mcp-caller.ts'
import type { Effect } from './compare.ts'

/** What assistants sent, and which answers arrived whole. */
export class Callers {
  readonly acknowledged = new Set<string>()
  made = 0
  /** Calls that ended in a clear no, such as while the server stops. */
  refused = 0

  /** Calls from so many assistants at once until the server is gone. Every call has a text of its own, by which it is found again. */
  async callUntilGone(url: string, token: string, atOnce: number, onFirst: () => void): Promise<void> {
    await Promise.all(
      Array.from({ length: atOnce }, async (_, index) => {
        const mcp = new McpCaller(url, token)
        for (;;) {
          const key = `call ${++this.made}`
          try {
            const told = await mcp.call(index % 2 === 0 ? 'echo_note' : 'echo_echo', { text: key })
            const { result } = told.body
            if (told.status === 200 && result?.isError !== true && result?.content?.[0]?.text === key) {
              this.acknowledged.add(key)
              onFirst()
            } else this.refused++
          } catch {
            return
          }
        }
      }),
    )
  }
}

/** The connector's own log of what it did. A last line that was cut off is none. */
export function readEffects(file: string): readonly Effect[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => {
    const { arguments: args, requestId } = JSON.parse(line) as { arguments: { text: string }; requestId: string }
    return { key: args.text, call: requestId }
  })
}
