import { describe, expect, it } from 'vitest'
import { HandfastCommand } from './fixtures/handfast-command.ts'

type Report = {
  readonly ok: boolean
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly ms: number }[]
  readonly ledger: { readonly verified: boolean; readonly size: number }
}

/** What the story promises, in its own order. */
const promised = [
  /restaurant and a directions API open/,
  /Handfast starts/,
  /developer accepts the terms/,
  /submits both, and the automated review runs/,
  /reviewer .* approves/,
  /user reads the privacy notices, enables both/,
  /official MCP SDK .* lists the tools/,
  /older era sees the same tools/,
  /finds a free table/,
  /told that a person has to approve/,
  /user approves/,
  /restaurant's own database/,
  /second booking with other arguments needs an approval of its own/,
  /second booking is refused/,
  /plain HTTP API answers/,
  /suspends the connector: the next call is refused/,
  /stand-alone verifier agrees/,
]

describe('handfast demo', () => {
  it('tells the whole story, and every step of it comes true', { timeout: 120_000 }, async () => {
    await using demo = new HandfastCommand(['demo', '--once', '--json'])

    const code = await demo.end()

    const report = JSON.parse(demo.stdout) as Report
    expect(Object.keys(report)).toEqual(['ok', 'steps', 'ledger'])
    expect(report.steps.filter((step) => !step.ok)).toEqual([])
    expect(report).toMatchObject({ ok: true, ledger: { verified: true } })
    expect(report.ledger.size).toBeGreaterThan(30)
    const names = report.steps.map(({ name }) => name)
    expect(promised.map((step) => names.findIndex((name) => step.test(name)))).toEqual(
      promised.map((step) => names.findIndex((name) => step.test(name))).toSorted((a, b) => a - b),
    )
    expect(promised.filter((step) => !names.some((name) => step.test(name)))).toEqual([])
    expect(report.steps.every(({ ms }) => Number.isInteger(ms) && ms >= 0)).toBe(true)
    expect(code).toBe(0)
  })

  it('stops at once when it is told to, and leaves nobody behind', { timeout: 120_000 }, async () => {
    await using demo = new HandfastCommand(['demo', '--port', '0', '--no-console'])
    const processes = await demo.says(/\(process (\d+)\).*\(process (\d+)\)/)

    const code = await demo.stop()

    expect(code).not.toBeNull()
    expect(processes.map(Number).filter(isRunning)).toEqual([])
  })

  it('says what it needs where the folder is not empty', { timeout: 60_000 }, async () => {
    await using demo = new HandfastCommand(['demo', '--once', '--data', 'e2e'])

    expect(await demo.end()).toBe(2)
    expect(demo.stderr).toContain('The demo begins in an empty folder.')
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
