import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How the command line reaches the process that serves a data folder. Whoever reads this may act as anybody there, so only the owner can. */
export type Control = {
  readonly url: string
  readonly secret: string
  readonly pid: number
  readonly version: string
  /** The address that people and assistants use. */
  readonly site: string
}

function fileIn(data: string): string {
  return join(data, 'control.json')
}

/** Written whole or not at all, so that a command never reads half a secret. */
export function writeControl(data: string, control: Control): void {
  const half = `${fileIn(data)}.${process.pid}`
  writeFileSync(half, `${JSON.stringify(control)}\n`, { mode: 0o600 })
  renameSync(half, fileIn(data))
}

/** Takes it away, unless another process has put its own there meanwhile. */
export function removeControl(data: string, secret: string): void {
  if (readControl(data)?.secret === secret) rmSync(fileIn(data), { force: true })
}

/** Null where there is none that can be used. */
export function readControl(data: string): Control | null {
  try {
    const control: unknown = JSON.parse(readFileSync(fileIn(data), 'utf8'))
    const { url, secret, pid, version, site } = control as Partial<Record<keyof Control, unknown>>
    const whole =
      typeof url === 'string' && typeof secret === 'string' && typeof pid === 'number' && typeof version === 'string' && typeof site === 'string'
    return whole ? { url, secret, pid, version, site } : null
  } catch {
    return null
  }
}
