import { readdirSync, readFileSync } from 'node:fs'

const PAGE = 4096

/** Memory of a process and everything below it, in MiB; null where the system does not tell (it is read from /proc). */
export function memoryOf(pid: number): number | null {
  const children = new Map<number, number[]>()
  const pages = new Map<number, number>()
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The name of the program stands in brackets and may hold anything.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const parent = Number(fields[1])
        children.set(parent, [...(children.get(parent) ?? []), Number(name)])
        pages.set(Number(name), Number(fields[21]))
      } catch {
        // it ended meanwhile
      }
    }
  } catch {
    return null
  }
  const todo = [pid]
  let total = 0
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    total += (pages.get(next) ?? 0) * PAGE
    todo.push(...(children.get(next) ?? []))
  }
  return total / (1024 * 1024)
}
