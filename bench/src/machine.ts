import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Which processor core each part runs on, or null where the machine cannot pin. */
export type Pinning = { readonly target: number; readonly load: number; readonly upstream: number }

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function output(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

/** The numbers in a Linux core list such as `0-2,5`. */
export function coreList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((part) => {
      const [from, to] = part.split('-').map(Number)
      if (part === '' || from === undefined || Number.isNaN(from)) return []
      return Array.from({ length: (to ?? from) - from + 1 }, (_, index) => from + index)
    })
}

/** One core for the target, another for load and upstream (a third where there is one). Null without `taskset` or a second core. */
export function choosePinning(): Pinning | null {
  const allowed = coreList(/^Cpus_allowed_list:\s*(.*)$/m.exec(read('/proc/self/status') ?? '')?.[1] ?? '')
  const [target, load, third] = allowed
  if (target === undefined || load === undefined || availableParallelism() < 2) return null
  if (output('taskset', ['-c', String(target), 'true']) === null) return null
  return { target, load, upstream: third ?? load }
}

/** The fields of /proc/PID/stat after the command, which may itself hold spaces and parentheses. */
function stat(pid: number): string[] | null {
  const text = read(`/proc/${pid}/stat`)
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** A process and all its descendants, without those that run the script `except` (the end of its path). Only the process itself where there is no /proc. */
export function processTree(root: number, except?: string): number[] {
  const children = new Map<number, number[]>()
  let names: string[] = []
  try {
    names = readdirSync('/proc')
  } catch {
    return [root]
  }
  for (const name of names) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? stat(pid)?.[1] : undefined
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid])
  }
  const found: number[] = []
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const script = read(`/proc/${pid}/cmdline`)?.split('\0')[1]
    if (except === undefined || script?.endsWith(except) !== true) found.push(pid)
    open.push(...(children.get(pid) ?? []))
  }
  return found
}

const ticksPerSecond = Number(output('getconf', ['CLK_TCK']) ?? 100)

/** User and system time of these processes so far, in milliseconds; null where there is no /proc. Counted in ticks of usually 10 ms. */
export function cpuMs(pids: readonly number[]): number | null {
  let ticks: number | null = null
  for (const pid of pids) {
    const fields = stat(pid)
    if (fields !== null) ticks = (ticks ?? 0) + Number(fields[11]) + Number(fields[12])
  }
  return ticks === null ? null : (ticks * 1000) / ticksPerSecond
}

/** Resident and proportional memory of these processes in MiB. Shared pages count once per process in `rss`, once in all in `pss`. */
export function memoryMiB(pids: readonly number[]): { readonly rss: number | null; readonly pss: number | null } {
  const sum = (file: string, pattern: RegExp): number | null => {
    let kib: number | null = null
    for (const pid of pids) {
      const found = pattern.exec(read(`/proc/${pid}/${file}`) ?? '')?.[1]
      if (found !== undefined) kib = (kib ?? 0) + Number(found)
    }
    return kib === null ? null : kib / 1024
  }
  return { rss: sum('status', /^VmRSS:\s+(\d+)/m), pss: sum('smaps_rollup', /^Pss:\s+(\d+)/m) }
}

/** How much time the machine had, worked, and lost to the hypervisor, in ticks since its start. */
export type MachineTime = { readonly all: number; readonly busy: number; readonly stolen: number }

/** Reads the clock of all cores. Null where there is no /proc. */
export function machineTime(): MachineTime | null {
  const line = /^cpu\s+(.*)$/m.exec(read('/proc/stat') ?? '')?.[1]
  if (line === undefined) return null
  const fields = line.split(/\s+/).slice(0, 8).map(Number)
  const all = fields.reduce((sum, field) => sum + field, 0)
  const [, , , idle = 0, waiting = 0, , , stolen = 0] = fields
  return { all, busy: all - idle - waiting - stolen, stolen }
}

/** The share of time between two readings that went to other guests of the hypervisor; 0 where it is unknown. */
export function stolenShare(before: MachineTime | null, after: MachineTime | null): number {
  if (before === null || after === null || after.all <= before.all) return 0
  return (after.stolen - before.stolen) / (after.all - before.all)
}

/** The share of the machine that processes other than these (with their CPU time between the readings) used; null where it is unknown. */
export function othersShare(before: MachineTime | null, after: MachineTime | null, oursMs: number | null): number | null {
  if (before === null || after === null || after.all <= before.all || oursMs === null) return null
  return Math.max(0, (after.busy - before.busy - (oursMs * ticksPerSecond) / 1000) / (after.all - before.all))
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  801189825: 'zfs',
}

/** The kind of file system a folder is on: a commit to memory is no commit to a disk, and the reader has to know which it was. */
export function fileSystem(folder: string): string {
  const { type } = statfsSync(folder)
  return FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`
}
